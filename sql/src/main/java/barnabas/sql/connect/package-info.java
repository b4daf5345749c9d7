/// Statements about connectors. Start reading at [barnabas.sql.connect.Connectors].
@NullMarked
package barnabas.sql.connect;

import org.jspecify.annotations.NullMarked;
