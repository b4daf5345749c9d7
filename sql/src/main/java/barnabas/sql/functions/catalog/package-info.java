/// All functions that statements may call. Start reading at [barnabas.sql.functions.catalog.StandardFunctions].
@NullMarked
package barnabas.sql.functions.catalog;

import org.jspecify.annotations.NullMarked;
