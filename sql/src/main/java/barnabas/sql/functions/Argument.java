package barnabas.sql.functions;

import barnabas.sql.types.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An argument of a function call as it is known before any record is read.
public sealed interface Argument {
    /// An expression of `type`.
    record Value(SqlType type) implements Argument {}

    /// A literal. `value` is null for `NULL`. Units as in `DATEADD(DAYS, 1, D)` are constants of type `STRING`.
    record Constant(SqlType type, @Nullable Object value) implements Argument {}

    /// A lambda. Its value in a call is a [SqlLambda].
    record Lambda(int parameters, Body body) implements Argument {}

    /// Analysis of a lambda's body: the function says the types of the parameters, and the body's type comes back.
    /// Called exactly once for a call that fits, with as many types as the lambda has parameters.
    interface Body {
        SqlType analyse(List<SqlType> parameterTypes);
    }
}
