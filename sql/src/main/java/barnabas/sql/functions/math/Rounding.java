package barnabas.sql.functions.math;

import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.ScalarFunction;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.ValueProblem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/// `CEIL`, `FLOOR`, `ROUND` and `TRUNC`.
public final class Rounding {
    private static final String CATEGORY = "Numeric";

    /// Digits of a double are fewer than that on both sides of the point.
    private static final int SCALE_MAX = 1_100;

    private Rounding() {}

    public static List<SqlFunction> all() {
        return List.of(
                whole(
                                "CEIL",
                                "Returns the smallest whole number that is not less than the value.",
                                RoundingMode.CEILING)
                        .example("CEIL(3.4) => 4.0")
                        .example("CEIL(-3.4E0) => -3E0")
                        .build(),
                whole(
                                "FLOOR",
                                "Returns the largest whole number that is not greater than the value.",
                                RoundingMode.FLOOR)
                        .example("FLOOR(3.4) => 3.0")
                        .example("FLOOR(-3.4E0) => -4E0")
                        .build(),
                scaled("ROUND", "Rounds to a number of decimal places, halves towards positive infinity.", true)
                        .example("ROUND(2.5E0) => 3")
                        .example("ROUND(-2.5E0) => -2")
                        .example("ROUND(1.2345E0, 2) => 1.23E0")
                        .example("ROUND(1234, -2) => 1200")
                        .build(),
                scaled("TRUNC", "Cuts a number off behind a number of decimal places, towards zero.", false)
                        .example("TRUNC(2.9E0) => 2")
                        .example("TRUNC(-1.239, 2) => -1.230")
                        .build());
    }

    private static Scalar.Builder whole(String name, String overview, RoundingMode mode) {
        return Scalar.named(name, CATEGORY, overview)
                .strict("(value INTEGER) INTEGER", a -> a[0])
                .strict("(value BIGINT) BIGINT", a -> a[0])
                .strict("(value DECIMAL) DECIMAL", a -> {
                    BigDecimal value = (BigDecimal) a[0];
                    return value.setScale(0, mode).setScale(value.scale());
                })
                .strict("(value DOUBLE) DOUBLE", a -> {
                    double value = (Double) a[0];
                    return mode == RoundingMode.CEILING ? Math.ceil(value) : Math.floor(value);
                });
    }

    private static Scalar.Builder scaled(String name, String overview, boolean round) {
        return Scalar.named(name, CATEGORY, overview)
                .strict("(value INTEGER) INTEGER", a -> a[0])
                .strict("(value BIGINT) BIGINT", a -> a[0])
                .typed("(value DECIMAL) DECIMAL", (types, _) -> {
                    SqlType.Decimal type = (SqlType.Decimal) types.getFirst();
                    int digits = type.scale() == 0 ? type.precision() : type.precision() - type.scale() + 1;
                    return new ScalarFunction.Resolved(
                            SqlType.decimal(digits, 0),
                            a -> a[0] == null
                                    ? null
                                    : at((BigDecimal) a[0], 0, round).setScale(0));
                })
                .strict("(value DOUBLE) BIGINT", a -> round ? Math.round((Double) a[0]) : (long) (double) (Double) a[0])
                .strict(
                        "(value INTEGER, scale INTEGER) INTEGER",
                        a -> whole(a, round).intValueExact())
                .strict(
                        "(value BIGINT, scale INTEGER) BIGINT",
                        a -> whole(a, round).longValueExact())
                .strict("(value DECIMAL, scale INTEGER) DECIMAL", a -> {
                    BigDecimal value = (BigDecimal) a[0];
                    BigDecimal result = at(value, scale(a[1]), round);
                    return result.scale() == value.scale() ? result : result.setScale(value.scale(), RoundingMode.DOWN);
                })
                .strict("(value DOUBLE, scale INTEGER) DOUBLE", a -> {
                    double value = (Double) a[0];
                    if (Double.isNaN(value) || Double.isInfinite(value)) return value;
                    return at(BigDecimal.valueOf(value), scale(a[1]), round).doubleValue();
                });
    }

    private static int scale(Object argument) {
        int scale = (Integer) argument;
        if (Math.abs((long) scale) > SCALE_MAX)
            throw new ValueProblem("scale " + scale + " is not between -" + SCALE_MAX + " and " + SCALE_MAX);
        return scale;
    }

    private static BigDecimal whole(Object[] a, boolean round) {
        BigDecimal result = at(BigDecimal.valueOf(((Number) a[0]).longValue()), Math.min(0, scale(a[1])), round);
        int bits = a[0] instanceof Integer ? Integer.SIZE : Long.SIZE;
        if (result.toBigInteger().bitLength() >= bits)
            throw new ValueProblem(
                    "the rounded number " + result.toPlainString() + " does not fit in the type of " + a[0]);
        return result;
    }

    /// `value` with `scale` digits behind the point.
    private static BigDecimal at(BigDecimal value, int scale, boolean round) {
        if (!round) return value.setScale(scale, RoundingMode.DOWN);
        return value.setScale(scale, value.signum() < 0 ? RoundingMode.HALF_DOWN : RoundingMode.HALF_UP);
    }
}
