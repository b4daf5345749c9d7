/// Scalar, aggregate and table functions of SQL. Start reading at [barnabas.sql.functions.FunctionRegistry].
@NullMarked
package barnabas.sql.functions;

import org.jspecify.annotations.NullMarked;
