package barnabas.sql.types;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Conversions of literals, which fit in more types than other expressions: any literal is a string where a string is
/// needed, and a string with a number or a boolean in it is one where one is needed.
public final class Literals {
    private static final int DIGITS_MAX = 1_000;

    private Literals() {}

    /// Whether `text` is `true`, `false`, `yes`, `no` or a beginning of one of them, in any case.
    public static boolean isBoolean(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        return !lower.isEmpty()
                && ("true".startsWith(lower)
                        || "false".startsWith(lower)
                        || "yes".startsWith(lower)
                        || "no".startsWith(lower));
    }

    /// Whether `text` is a date or time of the type in ISO-8601.
    public static boolean isTime(String text, SqlType type) {
        try {
            return ofText(text.strip(), type) != null;
        } catch (ValueProblem _) {
            return false;
        }
    }

    /// The narrowest type that holds the number in `text`; empty when there is none.
    public static Optional<SqlType> numberType(String text) {
        String number = text.strip();
        if (number.length() > DIGITS_MAX) return Optional.empty();
        try {
            BigDecimal value = new BigDecimal(number);
            if (number.indexOf('e') >= 0 || number.indexOf('E') >= 0) return Optional.of(SqlType.DOUBLE);
            if (value.scale() > 0)
                return Optional.of(SqlType.decimal(Math.max(value.precision(), value.scale()), value.scale()));
            if (value.toBigInteger().bitLength() < Integer.SIZE) return Optional.of(SqlType.INTEGER);
            if (value.toBigInteger().bitLength() < Long.SIZE) return Optional.of(SqlType.BIGINT);
            return Optional.of(SqlType.decimal(value.precision(), 0));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// The literal `value` of type `from` as a value of `to`; empty when it cannot be one.
    ///
    /// @throws ValueProblem when the number does not fit in the type
    public static Optional<Object> coerce(SqlType from, Object value, SqlType to) {
        if (from.equals(to)) return Optional.of(value);
        if (Coercion.allowed(from, to) || (from.isNumber() && to instanceof SqlType.Decimal))
            return Optional.ofNullable(Casts.cast(from, to).apply(value));
        if (to == SqlType.STRING && from != SqlType.BYTES && from.isSimple()) return Optional.of(ValueText.of(value));
        if (value instanceof String text) return Optional.ofNullable(ofText(text.strip(), to));
        return Optional.empty();
    }

    private static @Nullable Object ofText(String text, SqlType to) {
        if (to == SqlType.BOOLEAN) {
            if (!isBoolean(text)) return null;
            char first = Character.toLowerCase(text.charAt(0));
            return first == 't' || first == 'y';
        }
        if (to.isNumber())
            return numberType(text).isEmpty()
                    ? null
                    : Casts.cast(SqlType.STRING, to).apply(text);
        if (to == SqlType.DATE || to == SqlType.TIME || to == SqlType.TIMESTAMP)
            return Casts.cast(SqlType.STRING, to).apply(text);
        return null;
    }
}
