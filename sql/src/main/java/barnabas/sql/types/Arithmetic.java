package barnabas.sql.types;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// `+`, `-`, `*`, `/` and `%` over numbers, and `+` over strings. Whole numbers wrap around, as Java's do.
/// Precision and scale of decimals follow the rules that Transact-SQL documents ("Precision, scale, and length").
public final class Arithmetic {
    private static final int DIVISION_SCALE_MIN = 6;

    private Arithmetic() {}

    public enum Operator {
        ADD("+"),
        SUBTRACT("-"),
        MULTIPLY("*"),
        DIVIDE("/"),
        MODULUS("%");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }
    }

    /// An operation on two types; null with anything is null.
    ///
    /// @param type type of the result
    public record Operation(SqlType type, Apply apply) {}

    @FunctionalInterface
    public interface Apply {
        /// @throws ValueProblem when a number is divided by zero, or a decimal does not fit in its type
        @Nullable
        Object apply(@Nullable Object left, @Nullable Object right);
    }

    @FunctionalInterface
    private interface OnNumbers {
        Object apply(Number left, Number right);
    }

    /// @throws TypeProblem when the types do not go with the operator
    public static Operation of(Operator operator, SqlType left, SqlType right) {
        if (operator == Operator.ADD
                && isText(left)
                && isText(right)
                && (!left.equals(right) || left == SqlType.STRING))
            return new Operation(SqlType.STRING, (a, b) -> a == null || b == null ? null : a.toString() + b);
        if (!(isNumeric(left) && isNumeric(right)))
            throw new TypeProblem(
                    "Unsupported arithmetic types. " + left.base() + " " + right.base() + ". Arithmetic on types "
                            + left + " and " + right + " are not supported: cast one of them to use " + operator);
        SqlType type = type(operator, left, right);
        OnNumbers apply = onNumbers(operator, type);
        return new Operation(type, (a, b) -> a == null || b == null ? null : apply.apply((Number) a, (Number) b));
    }

    private static boolean isText(SqlType type) {
        return type == SqlType.STRING || type == SqlType.NULL;
    }

    private static boolean isNumeric(SqlType type) {
        return type.isNumber() || type == SqlType.NULL;
    }

    private static SqlType type(Operator operator, SqlType left, SqlType right) {
        if (left == SqlType.DOUBLE || right == SqlType.DOUBLE) return SqlType.DOUBLE;
        if (left == SqlType.NULL) return right == SqlType.NULL ? SqlType.INTEGER : right;
        if (right == SqlType.NULL) return left;
        if (!(left instanceof SqlType.Decimal) && !(right instanceof SqlType.Decimal))
            return left == SqlType.BIGINT || right == SqlType.BIGINT ? SqlType.BIGINT : SqlType.INTEGER;
        SqlType.Decimal a = Coercion.asDecimal(left);
        SqlType.Decimal b = Coercion.asDecimal(right);
        int scaleMax = Math.max(a.scale(), b.scale());
        int wholeA = a.precision() - a.scale();
        int wholeB = b.precision() - b.scale();
        return switch (operator) {
            case ADD, SUBTRACT -> SqlType.decimal(Math.max(wholeA, wholeB) + scaleMax + 1, scaleMax);
            case MULTIPLY -> SqlType.decimal(a.precision() + b.precision() + 1, a.scale() + b.scale());
            case DIVIDE -> {
                int scale = Math.max(DIVISION_SCALE_MIN, a.scale() + b.precision() + 1);
                yield SqlType.decimal(wholeA + b.scale() + scale, scale);
            }
            case MODULUS -> SqlType.decimal(Math.max(1, Math.min(wholeA, wholeB) + scaleMax), scaleMax);
        };
    }

    private static OnNumbers onNumbers(Operator operator, SqlType type) {
        if (type == SqlType.INTEGER) return (a, b) -> integers(operator, a.intValue(), b.intValue());
        if (type == SqlType.BIGINT) return (a, b) -> bigints(operator, a.longValue(), b.longValue());
        if (type == SqlType.DOUBLE) return (a, b) -> doubles(operator, a.doubleValue(), b.doubleValue());
        SqlType.Decimal decimal = (SqlType.Decimal) type;
        return (a, b) -> Casts.fit(decimals(operator, exact(a), exact(b), decimal.scale()), decimal);
    }

    private static BigDecimal exact(Number number) {
        return number instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(number.longValue());
    }

    private static Object integers(Operator operator, int a, int b) {
        if (b == 0 && (operator == Operator.DIVIDE || operator == Operator.MODULUS)) throw byZero(operator, a, b);
        return switch (operator) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MODULUS -> a % b;
        };
    }

    private static Object bigints(Operator operator, long a, long b) {
        if (b == 0 && (operator == Operator.DIVIDE || operator == Operator.MODULUS)) throw byZero(operator, a, b);
        return switch (operator) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MODULUS -> a % b;
        };
    }

    private static double doubles(Operator operator, double a, double b) {
        return switch (operator) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MODULUS -> a % b;
        };
    }

    private static BigDecimal decimals(Operator operator, BigDecimal a, BigDecimal b, int scale) {
        if (b.signum() == 0 && (operator == Operator.DIVIDE || operator == Operator.MODULUS))
            throw byZero(operator, a, b);
        return switch (operator) {
            case ADD -> a.add(b);
            case SUBTRACT -> a.subtract(b);
            case MULTIPLY -> a.multiply(b);
            case DIVIDE -> a.divide(b, scale, RoundingMode.HALF_UP);
            case MODULUS -> a.remainder(b);
        };
    }

    private static ValueProblem byZero(Operator operator, Number a, Number b) {
        return new ValueProblem(a + " " + operator.sign() + " " + b + ": division by zero");
    }

    /// `-value` of the same type; the least whole number of a type is its own counterpart.
    public static @Nullable Object negate(@Nullable Object number) {
        return switch (number) {
            case Integer value -> -value;
            case Long value -> -value;
            case Double value -> -value;
            case BigDecimal value -> value.negate();
            case null -> null;
            default -> throw new IllegalArgumentException("no number: " + number.getClass());
        };
    }
}
