/// Statements and expressions as trees, with positions. Start reading at [barnabas.sql.syntax.Statement].
@NullMarked
package barnabas.sql.syntax;

import org.jspecify.annotations.NullMarked;
