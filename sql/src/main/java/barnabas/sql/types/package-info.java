/// SQL types, their values in Java, casts, common types and comparison. Start reading at [barnabas.sql.types.SqlType].
@NullMarked
package barnabas.sql.types;

import org.jspecify.annotations.NullMarked;
