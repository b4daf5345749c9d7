/// REST of Connect workers as commands use it. Start reading at [barnabas.cli.connect.rest.ConnectRest].
@NullMarked
package barnabas.cli.connect.rest;

import org.jspecify.annotations.NullMarked;
