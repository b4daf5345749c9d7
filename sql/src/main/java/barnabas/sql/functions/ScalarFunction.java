package barnabas.sql.functions;

import barnabas.sql.types.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A function of the values of one record.
public non-sealed interface ScalarFunction extends SqlFunction {
    /// The variant for these arguments.
    ///
    /// @throws FunctionProblem when no variant takes them
    Resolved resolve(List<Argument> arguments);

    /// @param returnType type of what `call` returns
    record Resolved(SqlType returnType, Call call) {}

    /// The function with its types known. Arguments are values of the types that were resolved; the call widens them as
    /// the function needs. Safe for use by many threads.
    @FunctionalInterface
    interface Call {
        /// @throws barnabas.sql.types.ValueProblem when the function cannot take these values
        @Nullable
        Object call(@Nullable Object[] arguments);
    }
}
