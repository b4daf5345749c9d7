/// Rows, their columns, and their bytes inside a topology. Start reading at [barnabas.sql.rows.Row].
@NullMarked
package barnabas.sql.rows;

import org.jspecify.annotations.NullMarked;
