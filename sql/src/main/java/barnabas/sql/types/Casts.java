package barnabas.sql.types;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Conversions of `CAST(value AS type)`.
public final class Casts {
    private static final int DIGITS_MAX = 1_000;

    private Casts() {}

    /// A conversion between two types; null becomes null.
    @FunctionalInterface
    public interface Cast {
        /// @throws ValueProblem when this value has no counterpart in the other type
        @Nullable
        Object apply(@Nullable Object value);
    }

    /// A conversion of values that are not null.
    @FunctionalInterface
    private interface OfValue {
        @Nullable
        Object apply(Object value);
    }

    /// @throws TypeProblem when there is no such cast
    public static Cast cast(SqlType from, SqlType to) {
        if (from.equals(to) || from == SqlType.NULL) return value -> value;
        OfValue cast = ofValues(from, to);
        return value -> value == null ? null : cast.apply(value);
    }

    private static OfValue ofValues(SqlType from, SqlType to) {
        if (to == SqlType.STRING && from != SqlType.BYTES) return ValueText::of;
        if (to.isNumber() && (from.isNumber() || from == SqlType.STRING)) return toNumber(from, to);
        if (from == SqlType.STRING && to == SqlType.BOOLEAN) return text -> "true".equalsIgnoreCase((String) text);
        if (from == SqlType.STRING && to == SqlType.TIMESTAMP) return text -> Timestamps.parse((String) text);
        if (from == SqlType.STRING && to == SqlType.DATE) return text -> date((String) text);
        if (from == SqlType.STRING && to == SqlType.TIME) return text -> time((String) text);
        if (from == SqlType.TIMESTAMP && to == SqlType.DATE)
            return instant -> LocalDate.ofInstant((Instant) instant, ZoneOffset.UTC);
        if (from == SqlType.TIMESTAMP && to == SqlType.TIME)
            return instant -> LocalTime.ofInstant((Instant) instant, ZoneOffset.UTC);
        if (from == SqlType.DATE && to == SqlType.TIMESTAMP)
            return day -> ((LocalDate) day).atStartOfDay(ZoneOffset.UTC).toInstant();
        if (from instanceof SqlType.Array a && to instanceof SqlType.Array b)
            return array(cast(a.element(), b.element()));
        if (from instanceof SqlType.Map a && to instanceof SqlType.Map b)
            return map(cast(a.key(), b.key()), cast(a.value(), b.value()));
        if (from instanceof SqlType.Structure a && to instanceof SqlType.Structure b) return struct(a, b);
        throw new TypeProblem("Cast of " + from + " to " + to + " is not supported");
    }

    private static OfValue toNumber(SqlType from, SqlType to) {
        boolean ofText = from == SqlType.STRING;
        if (to == SqlType.INTEGER) return ofText ? Casts::integer : Casts::toInteger;
        if (to == SqlType.BIGINT) return ofText ? Casts::bigint : Casts::toBigint;
        if (to == SqlType.DOUBLE) return ofText ? Casts::doubled : number -> ((Number) number).doubleValue();
        SqlType.Decimal decimal = (SqlType.Decimal) to;
        return ofText ? text -> decimal((String) text, decimal) : number -> fit(exact((Number) number), decimal);
    }

    private static Object integer(Object text) {
        try {
            return Integer.parseInt(((String) text).strip());
        } catch (NumberFormatException e) {
            throw notNumber(text, SqlType.INTEGER, e);
        }
    }

    private static Object bigint(Object text) {
        try {
            return Long.parseLong(((String) text).strip());
        } catch (NumberFormatException e) {
            throw notNumber(text, SqlType.BIGINT, e);
        }
    }

    private static Object doubled(Object text) {
        try {
            String number = ((String) text).strip();
            double value = Double.parseDouble(number);
            if (Double.isInfinite(value) && !number.endsWith("Infinity"))
                throw new ValueProblem("Cannot cast '" + text + "' to DOUBLE: the number is too large");
            return value;
        } catch (NumberFormatException e) {
            throw notNumber(text, SqlType.DOUBLE, e);
        }
    }

    private static Object decimal(String text, SqlType.Decimal type) {
        try {
            return fit(Numerals.exact(text), type);
        } catch (NumberFormatException e) {
            throw notNumber(text, type, e);
        }
    }

    /// The number without its fraction; bits that an INTEGER has no place for are cut off, as Java does.
    private static Object toInteger(Object number) {
        return number instanceof BigDecimal decimal
                ? whole(decimal, SqlType.INTEGER).intValue()
                : ((Number) number).intValue();
    }

    private static Object toBigint(Object number) {
        return number instanceof BigDecimal decimal
                ? whole(decimal, SqlType.BIGINT).longValue()
                : ((Number) number).longValue();
    }

    private static BigInteger whole(BigDecimal number, SqlType type) {
        if ((long) number.precision() - number.scale() > DIGITS_MAX) throw tooLarge(number, type);
        return number.toBigInteger();
    }

    private static BigDecimal exact(Number number) {
        return switch (number) {
            case BigDecimal decimal -> decimal;
            case Double value -> {
                if (value.isNaN() || value.isInfinite()) throw new ValueProblem("Cannot cast " + value + " to DECIMAL");
                yield BigDecimal.valueOf(value);
            }
            default -> BigDecimal.valueOf(number.longValue());
        };
    }

    /// `number` in the scale of `type`, rounded half up.
    ///
    /// @throws ValueProblem when it has too many digits before the point
    public static BigDecimal fit(BigDecimal number, SqlType.Decimal type) {
        int whole = type.precision() - type.scale();
        // less than half of the last place: BigDecimal would divide by 10^400000000 to find that 1e-400000000 is
        // nothing
        if ((long) number.scale() - type.scale() > number.precision() + 1L)
            return BigDecimal.ZERO.setScale(type.scale());
        if ((long) number.precision() - number.scale() <= whole + 1L) {
            BigDecimal scaled = number.setScale(type.scale(), RoundingMode.HALF_UP);
            if (scaled.signum() == 0 || scaled.precision() <= type.precision()) return scaled;
        } else if (number.signum() == 0) {
            return BigDecimal.ZERO.setScale(type.scale());
        }
        throw new ValueProblem(
                "Numeric field overflow: " + type + " has at most " + whole + " digits before the point. Got "
                        + (number.precision() > 100 ? "a number of " + number.precision() + " digits" : number));
    }

    private static LocalDate date(String text) {
        try {
            return Timestamps.inRange(LocalDate.parse(text.strip()));
        } catch (DateTimeParseException e) {
            throw new ValueProblem("Failed to parse date '" + text + "': Required format is: \"yyyy-MM-dd\"", e);
        }
    }

    private static LocalTime time(String text) {
        try {
            return LocalTime.parse(text.strip());
        } catch (DateTimeParseException e) {
            throw new ValueProblem("Failed to parse time '" + text + "': Required format is: \"HH:mm:ss\"", e);
        }
    }

    private static OfValue array(Cast element) {
        return value -> {
            List<@Nullable Object> cast = new ArrayList<>();
            for (Object each : (List<?>) value) cast.add(element.apply(each));
            return cast;
        };
    }

    private static OfValue map(Cast key, Cast value) {
        return map -> {
            Map<@Nullable Object, @Nullable Object> cast = new LinkedHashMap<>();
            ((Map<?, ?>) map).forEach((k, v) -> cast.put(key.apply(k), value.apply(v)));
            return cast;
        };
    }

    private static OfValue struct(SqlType.Structure from, SqlType.Structure to) {
        List<Cast> casts = new ArrayList<>();
        List<Integer> indexes = new ArrayList<>();
        for (SqlType.Field field : to.fields()) {
            int at = from.indexOf(field.name());
            indexes.add(at);
            casts.add(at < 0 ? _ -> null : cast(from.fields().get(at).type(), field.type()));
        }
        return value -> {
            Struct struct = (Struct) value;
            List<@Nullable Object> values = new ArrayList<>();
            for (int at = 0; at < casts.size(); at++) {
                int index = indexes.get(at);
                values.add(index < 0 ? null : casts.get(at).apply(struct.value(index)));
            }
            return new Struct(to, values);
        };
    }

    private static ValueProblem notNumber(Object text, SqlType type, NumberFormatException cause) {
        return new ValueProblem("Cannot cast '" + shortened(text) + "' to " + type + ": it is no such number", cause);
    }

    private static String shortened(Object value) {
        String text = value.toString();
        return text.length() <= DIGITS_MAX ? text : text.substring(0, DIGITS_MAX) + "...";
    }

    private static ValueProblem tooLarge(Object number, SqlType type) {
        return new ValueProblem("Cannot cast " + number + " to " + type + ": it does not fit");
    }
}
