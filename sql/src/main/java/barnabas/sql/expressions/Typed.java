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

    /// The evaluation, with null for what cannot be computed.
    Evaluation orNull() {
        if (literal) return evaluation;
        return row -> {
            try {
                return evaluation.of(row);
            } catch (RuntimeException e) {
                return null;
            }
        };
    }

    static Typed of(SqlType type, Evaluation evaluation) {
        return new Typed(type, evaluation, false, null);
    }

    static Typed literal(SqlType type, @Nullable Object value) {
        return new Typed(type, row -> value, true, value);
    }
}
