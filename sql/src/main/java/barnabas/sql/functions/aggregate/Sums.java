package barnabas.sql.functions.aggregate;

import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.Arithmetic;
import barnabas.sql.types.Arithmetic.Operator;
import barnabas.sql.types.Casts;
import barnabas.sql.types.Comparison;
import barnabas.sql.types.SqlType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `COUNT`, `SUM`, `SUM_LIST`, `MIN` and `MAX`.
final class Sums {
    private Sums() {}

    static List<SqlFunction> all() {
        return List.of(
                Aggregate.named("COUNT", "Counts rows, or those in which a column is not null.")
                        .variant("() BIGINT", (_, _) -> count(true))
                        .variant("(column T) BIGINT", (_, _) -> count(false))
                        .example("COUNT(X) OVER {1, NULL, 3} => 2")
                        .build(),
                outermost("MAX", "Returns the largest value; nulls are ignored.", 1)
                        .example("MAX(X) OVER {2, NULL, 7, 3} => 7")
                        .build(),
                outermost("MIN", "Returns the smallest value; nulls are ignored.", -1)
                        .example("MIN(X) OVER {2, NULL, 7, 3} => 2")
                        .build(),
                Aggregate.named("SUM", "Adds values up; nulls are ignored.")
                        .variant("(column INTEGER) INTEGER", (types, _) -> sum(types.getFirst(), 0))
                        .variant("(column BIGINT) BIGINT", (types, _) -> sum(types.getFirst(), 0L))
                        .variant("(column DECIMAL) DECIMAL", (types, _) -> {
                            SqlType.Decimal type = (SqlType.Decimal) types.getFirst();
                            return sum(type, BigDecimal.ZERO.setScale(type.scale()));
                        })
                        .variant("(column DOUBLE) DOUBLE", (types, _) -> sum(types.getFirst(), 0.0))
                        .example("SUM(X) OVER {1, NULL, 3} => 4")
                        .build(),
                Aggregate.named("SUM_LIST", "Adds up the elements of arrays; nulls are ignored.")
                        .variant("(column ARRAY<INTEGER>) INTEGER", (_, _) -> sumOfLists(SqlType.INTEGER, 0))
                        .variant("(column ARRAY<BIGINT>) BIGINT", (_, _) -> sumOfLists(SqlType.BIGINT, 0L))
                        .variant("(column ARRAY<DOUBLE>) DOUBLE", (_, _) -> sumOfLists(SqlType.DOUBLE, 0.0))
                        .example("SUM_LIST(X) OVER {ARRAY[1, 2], ARRAY[3, NULL]} => 6")
                        .build());
    }

    private static Fold count(boolean rows) {
        return Fold.of(
                SqlType.BIGINT,
                0L,
                (count, row) -> rows || row[0] != null ? number(count) + 1 : count,
                (a, b) -> number(a) + number(b),
                (count, row) -> rows || row[0] != null ? number(count) - 1 : count);
    }

    private static long number(@Nullable Object count) {
        return (Long) Objects.requireNonNull(count);
    }

    private static Fold sum(SqlType type, Object zero) {
        Arithmetic.Apply plus = Arithmetic.of(Operator.ADD, type, type).apply();
        Arithmetic.Apply minus = Arithmetic.of(Operator.SUBTRACT, type, type).apply();
        return Fold.of(
                type,
                zero,
                (sum, row) -> row[0] == null ? sum : fit(type, plus.apply(sum, row[0])),
                (a, b) -> fit(type, plus.apply(a, b)),
                (sum, row) -> row[0] == null ? sum : fit(type, minus.apply(sum, row[0])));
    }

    private static Fold sumOfLists(SqlType type, Object zero) {
        Fold elements = sum(type, zero);
        return Fold.of(
                type,
                zero,
                (sum, row) -> overElements(elements.add(), sum, row[0]),
                elements.merging(),
                (sum, row) -> overElements(Objects.requireNonNull(elements.undoing()), sum, row[0]));
    }

    private static @Nullable Object overElements(Fold.Step step, @Nullable Object sum, @Nullable Object list) {
        Object result = sum;
        if (list != null) for (Object each : (List<?>) list) result = step.apply(result, new @Nullable Object[] {each});
        return result;
    }

    private static @Nullable Object fit(SqlType type, @Nullable Object sum) {
        return type instanceof SqlType.Decimal decimal && sum instanceof BigDecimal exact
                ? Casts.fit(exact, decimal)
                : sum;
    }

    private static Aggregate.Builder outermost(String name, String overview, int sign) {
        Aggregate.Builder builder = Aggregate.named(name, overview);
        for (String type :
                List.of("INTEGER", "BIGINT", "DECIMAL", "DOUBLE", "STRING", "DATE", "TIME", "TIMESTAMP", "BYTES"))
            builder.variant(
                    "(column " + type + ") " + type,
                    (types, _) -> Fold.of(
                            types.getFirst(),
                            null,
                            (aggregate, row) -> outer(sign, aggregate, row[0]),
                            (a, b) -> outer(sign, a, b),
                            null));
        return builder;
    }

    private static @Nullable Object outer(int sign, @Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) return a == null ? b : a;
        return sign * Comparison.compare(a, b) >= 0 ? a : b;
    }
}
