package barnabas.sql.expressions;

import barnabas.sql.types.SqlType;
import org.jspecify.annotations.Nullable;

/// A compiled expression.
///
/// @param literal `value` is known without a row
public record Typed(
        SqlType type,
        Evaluation evaluation,
        boolean literal,
        @Nullable Object value) {
    /// Value of an expression over a row, whose columns are in the order of the scope.
    @FunctionalInterface
    public interface Evaluation {
        @Nullable
        Object of(@Nullable Object[] row);
    }

    static Typed of(SqlType type, Evaluation evaluation) {
        return new Typed(type, evaluation, false, null);
    }

    static Typed literal(SqlType type, @Nullable Object value) {
        return new Typed(type, row -> value, true, value);
    }
}
