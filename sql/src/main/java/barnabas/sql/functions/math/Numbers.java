package barnabas.sql.functions.math;

import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.ValueProblem;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// Functions of numbers other than rounding and angles.
public final class Numbers {
    private static final String CATEGORY = "Numeric";

    private static final double EARTH_RADIUS_KM = 6371;
    private static final double EARTH_RADIUS_MILES = 3959;

    private Numbers() {}

    public static List<SqlFunction> all(RandomGenerator random) {
        return List.of(
                abs(),
                Trigonometry.of("CBRT", "Returns the cube root.", Math::cbrt)
                        .example("CBRT(27) => 3E0")
                        .build(),
                Trigonometry.of("EXP", "Returns e raised to the power of the value.", Math::exp)
                        .example("EXP(0) => 1E0")
                        .build(),
                geoDistance(),
                Trigonometry.of("LN", "Returns the natural logarithm of a value greater than 0.", Math::log)
                        .example("LN(1) => 0E0")
                        .build(),
                Scalar.named("LOG", CATEGORY, "Returns the logarithm of a value, to base 10 unless a base is given.")
                        .strict("(value DOUBLE) DOUBLE", a -> Math.log10((Double) a[0]))
                        .strict("(base DOUBLE, value DOUBLE) DOUBLE", a -> log((Double) a[0], (Double) a[1]))
                        .example("LOG(100) => 2E0")
                        .example("LOG(2, 8) => 3E0")
                        .build(),
                Scalar.named("PI", CATEGORY, "Returns an approximation of pi.")
                        .strict("() DOUBLE", _ -> Math.PI)
                        .example("PI() => 3.141592653589793E0")
                        .build(),
                Scalar.named("POWER", CATEGORY, "Returns base raised to exponent, Infinity when it does not fit.")
                        .strict("(base DOUBLE, exponent DOUBLE) DOUBLE", a -> Math.pow((Double) a[0], (Double) a[1]))
                        .example("POWER(2, 10) => 1024E0")
                        .build(),
                Scalar.named("RANDOM", CATEGORY, "Returns a random number from 0 up to, but without, 1.")
                        .strict("() DOUBLE", _ -> random.nextDouble())
                        .example("RANDOM() < 1 => TRUE")
                        .build(),
                sign(),
                Trigonometry.of("SQRT", "Returns the square root.", Math::sqrt)
                        .example("SQRT(16) => 4E0")
                        .build());
    }

    private static SqlFunction abs() {
        return Scalar.named("ABS", CATEGORY, "Returns the absolute value.")
                .strict("(value INTEGER) INTEGER", a -> Math.abs((Integer) a[0]))
                .strict("(value BIGINT) BIGINT", a -> Math.abs((Long) a[0]))
                .strict("(value DECIMAL) DECIMAL", a -> ((BigDecimal) a[0]).abs())
                .strict("(value DOUBLE) DOUBLE", a -> Math.abs((Double) a[0]))
                .example("ABS(-1) => 1")
                .example("ABS(-1.5) => 1.5")
                .build();
    }

    private static SqlFunction sign() {
        return Scalar.named("SIGN", CATEGORY, "Returns -1, 0 or 1 as the value is negative, zero or positive.")
                .strict("(value INTEGER) INTEGER", a -> Integer.signum((Integer) a[0]))
                .strict("(value BIGINT) INTEGER", a -> Long.signum((Long) a[0]))
                .strict("(value DECIMAL) INTEGER", a -> ((BigDecimal) a[0]).signum())
                .strict("(value DOUBLE) INTEGER", a -> (int) Math.signum((Double) a[0]))
                .example("SIGN(-12) => -1")
                .build();
    }

    private static double log(double base, double value) {
        if (base <= 0 || base == 1 || value < 0) return Double.NaN;
        if (value == 0) return Double.NEGATIVE_INFINITY;
        if (base == 10) return Math.log10(value);
        double quotient = Math.log(value) / Math.log(base);
        double whole = Math.rint(quotient);
        return Math.abs(whole) < 1_100 && Math.pow(base, whole) == value ? whole : quotient;
    }

    private static SqlFunction geoDistance() {
        return Scalar.named(
                        "GEO_DISTANCE", CATEGORY, "Returns the great-circle distance between two points in degrees.")
                .strict(
                        "(lat1 DOUBLE, lon1 DOUBLE, lat2 DOUBLE, lon2 DOUBLE) DOUBLE",
                        a -> EARTH_RADIUS_KM * haversine(a))
                .strict("(lat1 DOUBLE, lon1 DOUBLE, lat2 DOUBLE, lon2 DOUBLE, unit STRING) DOUBLE", a -> {
                    String unit = ((String) a[4]).toUpperCase(Locale.ROOT);
                    return switch (unit) {
                        case "KM", "KILOMETER", "KILOMETERS" -> EARTH_RADIUS_KM * haversine(a);
                        case "MI", "MILE", "MILES" -> EARTH_RADIUS_MILES * haversine(a);
                        default -> throw new ValueProblem("GEO_DISTANCE: unit '" + a[4] + "' is neither KM nor MILES");
                    };
                })
                .example("ROUND(GEO_DISTANCE(37.4133, -122.1162, 51.5257, -0.1162)) => 8635")
                .build();
    }

    private static double haversine(Object[] a) {
        double lat1 = latitude(a[0]);
        double lat2 = latitude(a[2]);
        double halfLat = Math.sin((lat2 - lat1) / 2);
        double halfLon = Math.sin((longitude(a[3]) - longitude(a[1])) / 2);
        double chord = halfLat * halfLat + Math.cos(lat1) * Math.cos(lat2) * halfLon * halfLon;
        return 2 * Math.asin(Math.min(1, Math.sqrt(chord)));
    }

    private static double latitude(Object degrees) {
        double value = (Double) degrees;
        if (!(value >= -90 && value <= 90))
            throw new ValueProblem("GEO_DISTANCE: latitude " + value + " is not between -90 and 90");
        return Math.toRadians(value);
    }

    private static double longitude(Object degrees) {
        double value = (Double) degrees;
        if (!(value >= -180 && value <= 180))
            throw new ValueProblem("GEO_DISTANCE: longitude " + value + " is not between -180 and 180");
        return Math.toRadians(value);
    }
}
