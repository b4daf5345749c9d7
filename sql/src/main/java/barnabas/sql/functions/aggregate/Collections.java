package barnabas.sql.functions.aggregate;

import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `COLLECT_LIST`, `COLLECT_SET`, `HISTOGRAM` and `ATTR`. Values beyond a limit are ignored.
final class Collections {
    private static final int HISTOGRAM_MAX = 1_000;
    private static final int ATTRIBUTES_MAX = 1_000;

    private Collections() {}

    static List<SqlFunction> all(int listMax, int setMax) {
        return List.of(
                attribute(),
                Aggregate.named(
                                "COLLECT_LIST",
                                "Returns an array of all values, up to ksql.functions.collect_list.limit.")
                        .variant(
                                "(column T) ARRAY<T>",
                                (types, _) -> Fold.of(
                                        SqlType.array(types.getFirst()),
                                        List.of(),
                                        (list, row) -> appended(list(list), row[0], listMax),
                                        (a, b) -> joined(new ArrayList<>(list(a)), list(b), listMax),
                                        (list, row) -> without(list(list), row[0])))
                        .example("COLLECT_LIST(X) OVER {1, 2, 1} => ARRAY[1, 2, 1]")
                        .build(),
                Aggregate.named("COLLECT_SET", "Returns the distinct values, up to ksql.functions.collect_set.limit.")
                        .variant(
                                "(column T) ARRAY<T>",
                                (types, _) -> Fold.of(
                                        SqlType.array(types.getFirst()),
                                        List.of(),
                                        (list, row) -> lastIndex(list(list), row[0]) >= 0
                                                ? list
                                                : appended(list(list), row[0], setMax),
                                        (a, b) ->
                                                new ArrayList<>(joined(new LinkedHashSet<>(list(a)), list(b), setMax)),
                                        null))
                        .example("COLLECT_SET(X) OVER {1, 2, 1} => ARRAY[1, 2]")
                        .build(),
                histogram());
    }

    private static List<?> list(@Nullable Object aggregate) {
        return (List<?>) Objects.requireNonNull(aggregate);
    }

    private static List<?> appended(List<?> list, @Nullable Object value, int max) {
        if (list.size() >= max) return list;
        List<@Nullable Object> longer = new ArrayList<>(list);
        longer.add(value);
        return longer;
    }

    private static <C extends Collection<@Nullable Object>> C joined(C values, List<?> more, int max) {
        for (Object each : more) if (values.size() < max) values.add(each);
        return values;
    }

    /// Index of the last element that equals `value`, which may be null; -1 without one.
    private static int lastIndex(List<?> list, @Nullable Object value) {
        int at = list.size() - 1;
        while (at >= 0 && !Objects.equals(list.get(at), value)) at--;
        return at;
    }

    private static List<?> without(List<?> list, @Nullable Object value) {
        int at = lastIndex(list, value);
        if (at < 0) return list;
        List<@Nullable Object> shorter = new ArrayList<>(list);
        shorter.remove(at);
        return shorter;
    }

    private static SqlFunction histogram() {
        SqlType type = SqlType.map(SqlType.STRING, SqlType.BIGINT);
        return Aggregate.named("HISTOGRAM", "Counts each distinct string, up to 1,000 of them.")
                .variant(
                        "(column STRING) MAP<STRING, BIGINT>",
                        (_, _) -> Fold.of(
                                type,
                                Map.of(),
                                (counts, row) -> counted(counts, row[0], 1),
                                (a, b) -> {
                                    Map<?, ?> merged = (Map<?, ?>) Objects.requireNonNull(a);
                                    for (Map.Entry<?, ?> each : ((Map<?, ?>) Objects.requireNonNull(b)).entrySet())
                                        merged = counted(
                                                merged, each.getKey(), (Long) Objects.requireNonNull(each.getValue()));
                                    return merged;
                                },
                                (counts, row) -> counted(counts, row[0], -1)))
                .example("HISTOGRAM(X) OVER {'a', 'b', 'a'} => MAP('a' := 2, 'b' := 1)")
                .build();
    }

    private static Map<?, ?> counted(@Nullable Object counts, @Nullable Object value, long by) {
        Map<?, ?> before = (Map<?, ?>) Objects.requireNonNull(counts);
        if (value == null) return before;
        long count = (before.get(value) instanceof Long known ? known : 0) + by;
        if (!before.containsKey(value) && (before.size() >= HISTOGRAM_MAX || by < 0)) return before;
        Map<@Nullable Object, @Nullable Object> after = new LinkedHashMap<>(before);
        if (count > 0) after.put(value, count);
        else after.remove(value);
        return after;
    }

    /// Aggregate of `ATTR`: every distinct value with its count.
    private static SqlFunction attribute() {
        return Aggregate.named("ATTR", "Returns the value that all rows have, null when they differ.")
                .variant("(column T) T", (types, _) -> {
                    SqlType.Structure entry = SqlType.struct("V", types.getFirst(), "COUNT", SqlType.BIGINT);
                    return new Fold(
                            SqlType.array(entry),
                            types.getFirst(),
                            List.of(),
                            (entries, row) -> tallied(entry, list(entries), row[0], 1),
                            (a, b) -> {
                                List<?> merged = list(a);
                                for (Object each : list(b)) {
                                    Struct struct = (Struct) each;
                                    merged = tallied(entry, merged, struct.value(0), (Long)
                                            Objects.requireNonNull(struct.value(1)));
                                }
                                return merged;
                            },
                            (entries, row) -> tallied(entry, list(entries), row[0], -1),
                            entries -> list(entries).size() == 1
                                    ? ((Struct) list(entries).getFirst()).value(0)
                                    : null);
                })
                .example("ATTR(X) OVER {'a', 'a'} => 'a'")
                .example("ATTR(X) OVER {'a', 'b'} => NULL")
                .build();
    }

    private static List<?> tallied(SqlType.Structure type, List<?> entries, @Nullable Object value, long by) {
        List<@Nullable Object> after = new ArrayList<>();
        boolean found = false;
        for (Object each : entries) {
            Struct entry = (Struct) each;
            if (!Objects.equals(entry.value(0), value)) {
                after.add(entry);
                continue;
            }
            found = true;
            long count = (Long) Objects.requireNonNull(entry.value(1)) + by;
            if (count > 0) after.add(new Struct(type, Arrays.asList(value, count)));
        }
        if (!found && by > 0 && after.size() < ATTRIBUTES_MAX) after.add(new Struct(type, Arrays.asList(value, by)));
        return after;
    }
}
