package barnabas.sql.expressions;

import barnabas.sql.types.Casts;
import barnabas.sql.types.Literals;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.TypeProblem;
import java.util.Optional;

/// Conversions that expressions go through without a CAST.
public final class Conversions {
    private Conversions() {}

    /// The expression as one of type `wanted`, which it coerces to.
    ///
    /// @throws TypeProblem when it does not
    public static Typed to(Typed typed, SqlType wanted) {
        if (typed.type().equals(wanted)) return typed;
        Object value = typed.value();
        if (typed.literal() && value == null) return new Typed(wanted, typed.evaluation(), true, null);
        if (value != null) {
            Optional<Object> literal = Literals.coerce(typed.type(), value, wanted);
            if (literal.isPresent()) return Typed.literal(wanted, literal.get());
        }
        Casts.Cast cast = Casts.cast(typed.type(), wanted);
        return Typed.of(wanted, row -> cast.apply(typed.evaluation().of(row)));
    }
}
