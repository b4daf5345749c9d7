/// Expressions as closures over rows. Start reading at [barnabas.sql.expressions.ExpressionCompiler].
@NullMarked
package barnabas.sql.expressions;

import org.jspecify.annotations.NullMarked;
