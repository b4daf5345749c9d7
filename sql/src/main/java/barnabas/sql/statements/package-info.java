/// Carries statements out: streams, tables and queries. Start reading at [barnabas.sql.statements.Statements].
@NullMarked
package barnabas.sql.statements;

import org.jspecify.annotations.NullMarked;
