package barnabas.sql.functions;

import barnabas.sql.types.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A function that makes any number of rows out of one.
public non-sealed interface TableFunction extends SqlFunction {
    /// The variant for these arguments.
    ///
    /// @throws FunctionProblem when no variant takes them
    Resolved resolve(List<Argument> arguments);

    /// @param rowType type of one row's value
    record Resolved(SqlType rowType, Call call) {}

    @FunctionalInterface
    interface Call {
        /// Values of the rows, in their order.
        List<@Nullable Object> call(@Nullable Object[] arguments);
    }
}
