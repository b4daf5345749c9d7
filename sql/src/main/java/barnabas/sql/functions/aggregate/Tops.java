package barnabas.sql.functions.aggregate;

import barnabas.sql.functions.AggregateFunction.Aggregation;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.Comparison;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `TOPK` and `TOPKDISTINCT`: the largest values, largest first.
final class Tops {
    private static final int COUNT_MAX = 10_000;
    private static final int COLUMNS_MAX = 4;

    private static final List<String> ORDERED =
            List.of("INTEGER", "BIGINT", "DECIMAL", "DOUBLE", "STRING", "DATE", "TIME", "TIMESTAMP", "BYTES");

    private Tops() {}

    static List<SqlFunction> all() {
        Aggregate.Builder top =
                Aggregate.named("TOPK", "Returns the k largest values, or structs of them and other columns.");
        Aggregate.Builder distinct = Aggregate.named("TOPKDISTINCT", "Returns the k largest distinct values.");
        for (String type : ORDERED) {
            String signature = "(column " + type + ", k INTEGER) ARRAY<" + type + ">";
            top.variant(
                    signature,
                    (types, constants) ->
                            values(types.getFirst(), Aggregate.count("TOPK", constants, 1, COUNT_MAX), false));
            distinct.variant(
                    signature,
                    (types, constants) ->
                            values(types.getFirst(), Aggregate.count("TOPKDISTINCT", constants, 1, COUNT_MAX), true));
        }
        for (int others = 1; others <= COLUMNS_MAX; others++)
            for (String type : ORDERED) withColumns(top, type, others);
        return List.of(
                top.example("TOPK(X, 2) OVER {3, 7, NULL, 7} => ARRAY[7, 7]").build(),
                distinct.example("TOPKDISTINCT(X, 2) OVER {3, 7, NULL, 7} => ARRAY[7, 3]")
                        .build());
    }

    private static Fold values(SqlType type, int count, boolean distinct) {
        return Fold.of(
                SqlType.array(type),
                List.of(),
                (kept, row) -> row[0] == null ? kept : inserted(list(kept), row[0], count, distinct),
                (a, b) -> {
                    List<?> merged = list(a);
                    for (Object each : list(b)) merged = inserted(merged, each, count, distinct);
                    return merged;
                },
                null);
    }

    private static List<?> list(@Nullable Object aggregate) {
        return (List<?>) Objects.requireNonNull(aggregate);
    }

    private static @Nullable Object sortValue(@Nullable Object entry) {
        return entry instanceof Struct struct ? struct.value(0) : entry;
    }

    private static List<?> inserted(List<?> kept, @Nullable Object value, int count, boolean distinct) {
        int at = 0;
        while (at < kept.size()) {
            int order = Comparison.compare(sortValue(value), sortValue(kept.get(at)));
            if (distinct && order == 0) return kept;
            if (order > 0) break;
            at++;
        }
        if (at >= count) return kept;
        List<@Nullable Object> after = new ArrayList<>(kept);
        after.add(at, value);
        if (after.size() > count) after.removeLast();
        return after;
    }

    /// `TOPK(sorted by, columns..., k)`: structs with the fields `sort_col`, `col0`, `col1`, ...
    private static void withColumns(Aggregate.Builder top, String type, int others) {
        StringBuilder parameters = new StringBuilder("(sort_column " + type);
        StringBuilder fields = new StringBuilder("sort_col " + type);
        for (int at = 0; at < others; at++) {
            char variable = (char) ('A' + at);
            parameters.append(", column").append(at).append(' ').append(variable);
            fields.append(", col").append(at).append(' ').append(variable);
        }
        String signature = parameters + ", k INTEGER) ARRAY<STRUCT<" + fields + ">>";
        top.variant(
                signature,
                (types, constants) -> structs(types, Aggregate.count("TOPK", constants, others + 1, COUNT_MAX)));
    }

    private static Aggregation structs(List<SqlType> types, int count) {
        List<SqlType.Field> fields = new ArrayList<>();
        for (int at = 0; at < types.size() - 1; at++)
            fields.add(new SqlType.Field(at == 0 ? "sort_col" : "col" + (at - 1), types.get(at)));
        SqlType.Structure entry = new SqlType.Structure(fields);
        return Fold.of(
                SqlType.array(entry),
                List.of(),
                (kept, row) -> row[0] == null
                        ? kept
                        : inserted(
                                list(kept),
                                new Struct(entry, Arrays.asList(row).subList(0, fields.size())),
                                count,
                                false),
                (a, b) -> {
                    List<?> merged = list(a);
                    for (Object each : list(b)) merged = inserted(merged, each, count, false);
                    return merged;
                },
                null);
    }
}
