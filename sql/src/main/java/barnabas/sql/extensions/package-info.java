/// Users' functions out of jars. Start reading at [barnabas.sql.extensions.Extensions].
@NullMarked
package barnabas.sql.extensions;

import org.jspecify.annotations.NullMarked;
