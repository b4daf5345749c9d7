/// Aggregate functions.
@NullMarked
package barnabas.sql.functions.aggregate;

import org.jspecify.annotations.NullMarked;
