package barnabas.sql.analysis;

import barnabas.sql.functions.Argument;
import barnabas.sql.functions.FunctionProblem;
import barnabas.sql.functions.TableFunction;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.SqlProblem;
import java.util.List;

/// Calls of table functions.
final class TableCalls {
    private TableCalls() {}

    static TableFunction.Resolved resolve(TableFunction function, Expression.Call call, List<Argument> arguments) {
        try {
            return function.resolve(arguments);
        } catch (FunctionProblem e) {
            throw new SqlProblem(call.at() + ": " + e.getMessage(), e);
        }
    }
}
