package barnabas.sql.types;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `=`, `<` and their kin between two types. Comparisons with null are the caller's: they are never true.
///
/// @param ordered whether `<` and `>` are defined, beside `=` and `<>`
public record Comparison(boolean ordered, Comparator<Object> comparator) {
    /// The comparison between values of `left` and `right`. A string beside a date, time or timestamp is read as one.
    ///
    /// @throws TypeProblem when the types cannot be compared
    public static Comparison between(SqlType left, SqlType right) {
        if (left.isNumber() && right.isNumber()) return new Comparison(true, numbers(left, right));
        if (isMoment(left) && right == SqlType.STRING) return read(left, false);
        if (left == SqlType.STRING && isMoment(right)) return read(right, true);
        if (left == SqlType.TIMESTAMP && right == SqlType.DATE) return cast(right, left, false);
        if (left == SqlType.DATE && right == SqlType.TIMESTAMP) return cast(left, right, true);
        if (left == SqlType.NULL || right == SqlType.NULL) return new Comparison(true, Comparison::compare);
        boolean same = left.isSimple()
                ? left.equals(right)
                : Coercion.common(left, right).isPresent();
        if (!same)
            throw new TypeProblem(
                    "Cannot compare " + left + " with " + right + ": cast one of them to the other's type");
        return new Comparison(left.isSimple() && left != SqlType.BOOLEAN, Comparison::compare);
    }

    private static boolean isMoment(SqlType type) {
        return type == SqlType.DATE || type == SqlType.TIME || type == SqlType.TIMESTAMP;
    }

    private static Comparison read(SqlType moment, boolean leftIsText) {
        return cast(SqlType.STRING, moment, leftIsText);
    }

    private static Comparison cast(SqlType from, SqlType to, boolean left) {
        Casts.Cast cast = Casts.cast(from, to);
        return new Comparison(true, (a, b) -> left ? compare(cast.apply(a), b) : compare(a, cast.apply(b)));
    }

    private static Comparator<Object> numbers(SqlType left, SqlType right) {
        if (left == SqlType.DOUBLE || right == SqlType.DOUBLE)
            return (a, b) -> Double.compare(((Number) a).doubleValue() + 0.0, ((Number) b).doubleValue() + 0.0);
        if (left instanceof SqlType.Decimal || right instanceof SqlType.Decimal)
            return (a, b) -> exact(a).compareTo(exact(b));
        return (a, b) -> Long.compare(((Number) a).longValue(), ((Number) b).longValue());
    }

    private static BigDecimal exact(Object number) {
        return number instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(((Number) number).longValue());
    }

    /// Order of two values of one simple type, unsigned for bytes; 0 or not 0 for arrays, maps and structs.
    public static int compare(@Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) return left == null && right == null ? 0 : left == null ? -1 : 1;
        return switch (left) {
            case Number number when right instanceof Number other -> compareNumbers(number, other);
            case String text -> text.compareTo((String) right);
            case Boolean value -> value.compareTo((Boolean) right);
            case LocalDate date -> date.compareTo((LocalDate) right);
            case LocalTime time -> time.compareTo((LocalTime) right);
            case Instant instant -> instant.compareTo((Instant) right);
            case ByteBuffer bytes -> compareBytes(bytes, (ByteBuffer) right);
            default -> equal(left, right) ? 0 : 1;
        };
    }

    private static int compareNumbers(Number left, Number right) {
        if (left instanceof Double || right instanceof Double)
            return Double.compare(left.doubleValue() + 0.0, right.doubleValue() + 0.0);
        if (left instanceof BigDecimal || right instanceof BigDecimal)
            return exact(left).compareTo(exact(right));
        return Long.compare(left.longValue(), right.longValue());
    }

    private static int compareBytes(ByteBuffer left, ByteBuffer right) {
        int mismatch = left.mismatch(right);
        if (mismatch < 0) return 0;
        if (mismatch >= Math.min(left.remaining(), right.remaining()))
            return Integer.compare(left.remaining(), right.remaining());
        return Integer.compare(
                left.get(left.position() + mismatch) & 0xff, right.get(right.position() + mismatch) & 0xff);
    }

    /// Whether two values are equal as SQL has it: numbers by value (1 and 1.0 are equal), nulls equal to nulls.
    public static boolean equal(@Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) return left == null && right == null;
        if (left instanceof List<?> a && right instanceof List<?> b) {
            if (a.size() != b.size()) return false;
            for (int at = 0; at < a.size(); at++) if (!equal(a.get(at), b.get(at))) return false;
            return true;
        }
        if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            if (a.size() != b.size()) return false;
            for (Map.Entry<?, ?> entry : a.entrySet()) {
                if (!b.containsKey(entry.getKey()) || !equal(entry.getValue(), b.get(entry.getKey()))) return false;
            }
            return true;
        }
        if (left instanceof Struct a && right instanceof Struct b) return equalStructs(a, b);
        if ((left instanceof Number && right instanceof Number) || left.getClass() == right.getClass())
            return compareSimple(left, right);
        return left.equals(right);
    }

    private static boolean compareSimple(Object left, Object right) {
        return (left instanceof Comparable<?> && !(left instanceof Map<?, ?>))
                ? compare(left, right) == 0
                : left.equals(right);
    }

    private static boolean equalStructs(Struct left, Struct right) {
        for (SqlType.Field field : left.type().fields())
            if (!equal(left.value(field.name()), right.value(field.name()))) return false;
        for (SqlType.Field field : right.type().fields())
            if (left.type().indexOf(field.name()) < 0 && right.value(field.name()) != null) return false;
        return true;
    }
}
