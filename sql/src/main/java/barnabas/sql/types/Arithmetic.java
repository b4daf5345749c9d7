package barnabas.sql.types;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// `+`, `-`, `*`, `/` and `%` over numbers, and `+` over strings. Precision and scale of decimals follow the rules that
/// Transact-SQL documents ("Precision, scale, and length").
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
        /// @throws ValueProblem when a number is divided by zero, or the result does not fit in its type
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
        try {
            return switch (operator) {
                case ADD -> Math.addExact(a, b);
                case SUBTRACT -> Math.subtractExact(a, b);
                case MULTIPLY -> Math.multiplyExact(a, b);
                case DIVIDE -> Math.divideExact(a, b);
                case MODULUS -> a % b;
            };
        } catch (ArithmeticException e) {
            throw problem(operator, a, b, SqlType.INTEGER, e);
        }
    }

    private static Object bigints(Operator operator, long a, long b) {
        try {
            return switch (operator) {
                case ADD -> Math.addExact(a, b);
                case SUBTRACT -> Math.subtractExact(a, b);
                case MULTIPLY -> Math.multiplyExact(a, b);
                case DIVIDE -> Math.divideExact(a, b);
                case MODULUS -> a % b;
            };
        } catch (ArithmeticException e) {
            throw problem(operator, a, b, SqlType.BIGINT, e);
        }
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
        try {
            return switch (operator) {
                case ADD -> a.add(b);
                case SUBTRACT -> a.subtract(b);
                case MULTIPLY -> a.multiply(b);
                case DIVIDE -> a.divide(b, scale, RoundingMode.HALF_UP);
                case MODULUS -> a.remainder(b);
            };
        } catch (ArithmeticException e) {
            throw problem(operator, a, b, SqlType.decimal(Math.max(1, scale), scale), e);
        }
    }

    private static ValueProblem problem(
            Operator operator, Number a, Number b, SqlType type, ArithmeticException cause) {
        boolean zero = b instanceof BigDecimal decimal ? decimal.signum() == 0 : b.longValue() == 0;
        String what = zero && (operator == Operator.DIVIDE || operator == Operator.MODULUS)
                ? "division by zero"
                : "the result does not fit in " + type;
        return new ValueProblem(a + " " + operator.sign() + " " + b + ": " + what, cause);
    }

    /// `-value` of the same type.
    ///
    /// @throws ValueProblem when the number has no counterpart in its type
    public static @Nullable Object negate(@Nullable Object number) {
        try {
            return switch (number) {
                case Integer value -> Math.negateExact(value);
                case Long value -> Math.negateExact(value);
                case Double value -> -value;
                case BigDecimal value -> value.negate();
                case null -> null;
                default -> throw new IllegalArgumentException("no number: " + number.getClass());
            };
        } catch (ArithmeticException e) {
            throw new ValueProblem("-(" + number + "): the result does not fit in its type", e);
        }
    }
}
