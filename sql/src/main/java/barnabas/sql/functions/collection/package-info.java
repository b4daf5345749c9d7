/// Functions of arrays and maps, lambdas, table functions, and functions that look at nulls.
@NullMarked
package barnabas.sql.functions.collection;

import org.jspecify.annotations.NullMarked;
