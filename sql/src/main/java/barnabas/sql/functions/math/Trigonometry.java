package barnabas.sql.functions.math;

import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.SqlFunction;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// `SIN` and its kin. All of them take and return radians.
public final class Trigonometry {
    private static final String CATEGORY = "Numeric";

    private Trigonometry() {}

    public static List<SqlFunction> all() {
        return List.of(
                of("ACOS", "Returns the arc cosine in radians, NaN outside [-1, 1].", Math::acos)
                        .example("ACOS(1) => 0E0")
                        .build(),
                of("ASIN", "Returns the arc sine in radians, NaN outside [-1, 1].", Math::asin)
                        .example("ASIN(0) => 0E0")
                        .build(),
                of("ATAN", "Returns the arc tangent in radians.", Math::atan)
                        .example("ATAN(0) => 0E0")
                        .build(),
                Scalar.named("ATAN2", CATEGORY, "Returns the angle theta of the point (x, y) in polar coordinates.")
                        .strict("(y DOUBLE, x DOUBLE) DOUBLE", a -> Math.atan2((Double) a[0], (Double) a[1]))
                        .example("ATAN2(0, 1) => 0E0")
                        .build(),
                of("COS", "Returns the cosine of an angle in radians.", Math::cos)
                        .example("COS(0) => 1E0")
                        .build(),
                of("COSH", "Returns the hyperbolic cosine.", Math::cosh)
                        .example("COSH(0) => 1E0")
                        .build(),
                of(
                                "COT",
                                "Returns the cotangent of an angle in radians, an infinity at 0.",
                                angle -> 1 / Math.tan(angle))
                        .example("ROUND(COT(1), 3) => 0.642E0")
                        .build(),
                of("DEGREES", "Converts radians to degrees.", Math::toDegrees)
                        .example("DEGREES(PI()) => 180E0")
                        .build(),
                of("RADIANS", "Converts degrees to radians.", Math::toRadians)
                        .example("ROUND(RADIANS(180), 4) => 3.1416E0")
                        .build(),
                of("SIN", "Returns the sine of an angle in radians.", Math::sin)
                        .example("SIN(0) => 0E0")
                        .build(),
                of("SINH", "Returns the hyperbolic sine.", Math::sinh)
                        .example("SINH(0) => 0E0")
                        .build(),
                of("TAN", "Returns the tangent of an angle in radians.", Math::tan)
                        .example("TAN(0) => 0E0")
                        .build(),
                of("TANH", "Returns the hyperbolic tangent.", Math::tanh)
                        .example("TANH(0) => 0E0")
                        .build());
    }

    static Scalar.Builder of(String name, String overview, DoubleUnaryOperator operator) {
        return Scalar.named(name, CATEGORY, overview)
                .strict("(value DOUBLE) DOUBLE", a -> operator.applyAsDouble((Double) a[0]));
    }
}
