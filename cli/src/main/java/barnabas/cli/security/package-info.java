/// Credentials on the command line.
@NullMarked
package barnabas.cli.security;

import org.jspecify.annotations.NullMarked;
