package barnabas.sql.functions.aggregate;

import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Averages, deviations and correlation. Aggregates are sums, so that rows can be taken out again.
final class Moments {
    private static final SqlType.Structure AVERAGE = SqlType.struct("SUM", SqlType.DOUBLE, "COUNT", SqlType.BIGINT);

    /// Count, mean and the sum of squared distances from the mean (Welford).
    private static final SqlType.Structure SPREAD =
            SqlType.struct("COUNT", SqlType.BIGINT, "MEAN", SqlType.DOUBLE, "SQUARES", SqlType.DOUBLE);

    private static final SqlType.Structure PAIRS = SqlType.struct(
            "COUNT", SqlType.BIGINT,
            "X", SqlType.DOUBLE,
            "Y", SqlType.DOUBLE,
            "XX", SqlType.DOUBLE,
            "YY", SqlType.DOUBLE,
            "XY", SqlType.DOUBLE);

    private Moments() {}

    static List<SqlFunction> all() {
        return List.of(
                Aggregate.named("AVG", "Returns the average; nulls are ignored.")
                        .variant("(column DOUBLE) DOUBLE", (_, _) -> average())
                        .example("AVG(X) OVER {1, NULL, 4} => 2.5E0")
                        .build(),
                Aggregate.named(
                                "CORRELATION",
                                "Returns Pearson's correlation of two columns; rows with nulls are ignored.")
                        .variant("(x DOUBLE, y DOUBLE) DOUBLE", (_, _) -> correlation())
                        .example("CORRELATION(X, Y) OVER {1, 2, 2, 4, 3, 6} => 1E0")
                        .build(),
                Aggregate.named("STDDEV_SAMP", "Returns the square of the sample standard deviation.")
                        .variant("(column DOUBLE) DOUBLE", (_, _) -> spread(Moments::variance))
                        .example("STDDEV_SAMP(X) OVER {1, 3, 5} => 4E0")
                        .build(),
                Aggregate.named("STDDEV_SAMPLE", "Returns the sample standard deviation.")
                        .variant("(column DOUBLE) DOUBLE", (_, _) -> spread(spread -> Math.sqrt(variance(spread))))
                        .example("STDDEV_SAMPLE(X) OVER {1, 3, 5} => 2E0")
                        .build());
    }

    private static Struct struct(SqlType.Structure type, Object... values) {
        return new Struct(type, Arrays.asList(values));
    }

    private static double real(@Nullable Object aggregate, int index) {
        return (Double) Objects.requireNonNull(((Struct) Objects.requireNonNull(aggregate)).value(index));
    }

    private static long whole(@Nullable Object aggregate, int index) {
        return (Long) Objects.requireNonNull(((Struct) Objects.requireNonNull(aggregate)).value(index));
    }

    private static double given(@Nullable Object value) {
        return (Double) Objects.requireNonNull(value);
    }

    private static Fold average() {
        return new Fold(
                AVERAGE,
                SqlType.DOUBLE,
                struct(AVERAGE, 0.0, 0L),
                (a, row) -> row[0] == null ? a : struct(AVERAGE, real(a, 0) + given(row[0]), whole(a, 1) + 1),
                (a, b) -> struct(AVERAGE, real(a, 0) + real(b, 0), whole(a, 1) + whole(b, 1)),
                (a, row) -> row[0] == null ? a : struct(AVERAGE, real(a, 0) - given(row[0]), whole(a, 1) - 1),
                a -> whole(a, 1) == 0 ? 0.0 : real(a, 0) / whole(a, 1));
    }

    private static Fold spread(Function<@Nullable Object, Object> result) {
        return new Fold(
                SPREAD,
                SqlType.DOUBLE,
                struct(SPREAD, 0L, 0.0, 0.0),
                (a, row) -> row[0] == null ? a : merged(a, struct(SPREAD, 1L, given(row[0]), 0.0)),
                Moments::merged,
                (a, row) -> row[0] == null ? a : without(a, given(row[0])),
                result::apply);
    }

    private static Struct merged(@Nullable Object a, @Nullable Object b) {
        long count = whole(a, 0) + whole(b, 0);
        if (count == 0) return struct(SPREAD, 0L, 0.0, 0.0);
        double distance = real(b, 1) - real(a, 1);
        return struct(
                SPREAD,
                count,
                real(a, 1) + distance * whole(b, 0) / count,
                real(a, 2) + real(b, 2) + distance * distance * whole(a, 0) * whole(b, 0) / count);
    }

    private static Struct without(@Nullable Object a, double value) {
        long count = whole(a, 0) - 1;
        if (count <= 0) return struct(SPREAD, 0L, 0.0, 0.0);
        double mean = (real(a, 1) * whole(a, 0) - value) / count;
        return struct(SPREAD, count, mean, Math.max(0, real(a, 2) - (value - mean) * (value - real(a, 1))));
    }

    private static double variance(@Nullable Object spread) {
        return whole(spread, 0) < 2 ? 0 : real(spread, 2) / (whole(spread, 0) - 1);
    }

    private static Fold correlation() {
        return new Fold(
                PAIRS,
                SqlType.DOUBLE,
                struct(PAIRS, 0L, 0.0, 0.0, 0.0, 0.0, 0.0),
                (a, row) -> row[0] == null || row[1] == null ? a : pairs(a, pair(row), 1),
                (a, b) -> pairs(a, b, 1),
                (a, row) -> row[0] == null || row[1] == null ? a : pairs(a, pair(row), -1),
                Moments::correlation);
    }

    private static Struct pair(@Nullable Object[] row) {
        double x = given(row[0]);
        double y = given(row[1]);
        return struct(PAIRS, 1L, x, y, x * x, y * y, x * y);
    }

    private static Struct pairs(@Nullable Object a, @Nullable Object b, int sign) {
        return struct(
                PAIRS,
                whole(a, 0) + sign * whole(b, 0),
                real(a, 1) + sign * real(b, 1),
                real(a, 2) + sign * real(b, 2),
                real(a, 3) + sign * real(b, 3),
                real(a, 4) + sign * real(b, 4),
                real(a, 5) + sign * real(b, 5));
    }

    private static double correlation(@Nullable Object a) {
        double n = whole(a, 0);
        double covariance = n * real(a, 5) - real(a, 1) * real(a, 2);
        double spreadX = n * real(a, 3) - real(a, 1) * real(a, 1);
        double spreadY = n * real(a, 4) - real(a, 2) * real(a, 2);
        double correlation = covariance / Math.sqrt(spreadX * spreadY);
        return Math.clamp(correlation, -1.0, 1.0);
    }
}
