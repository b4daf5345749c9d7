package barnabas.sql.functions.collection;

import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.ScalarFunction;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.Comparison;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import barnabas.sql.types.ValueProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Functions of maps, and of lists by position.
public final class Maps {
    private static final String CATEGORY = "Collections";

    /// Longest array that `GENERATE_SERIES` makes.
    private static final int SERIES_MAX = 1_000_000;

    private Maps() {}

    public static List<SqlFunction> all() {
        return List.of(
                asMap(),
                elt(),
                entries(),
                field(),
                Scalar.named("GENERATE_SERIES", "Numeric", "Returns an array of the numbers between two others.")
                        .strict("(start INTEGER, end INTEGER) ARRAY<INTEGER>", a -> integers(series(a)))
                        .strict(
                                "(start INTEGER, end INTEGER, step INTEGER) ARRAY<INTEGER>",
                                a -> integers(series(a, (Integer) a[2])))
                        .strict("(start BIGINT, end BIGINT) ARRAY<BIGINT>", a -> series(a))
                        .strict(
                                "(start BIGINT, end BIGINT, step INTEGER) ARRAY<BIGINT>",
                                a -> series(a, (Integer) a[2]))
                        .example("GENERATE_SERIES(1, 5) => ARRAY[1, 2, 3, 4, 5]")
                        .example("GENERATE_SERIES(5, 1, -2) => ARRAY[5, 3, 1]")
                        .build(),
                Scalar.named("MAP_KEYS", CATEGORY, "Returns the keys of a map.")
                        .strict("(map MAP<K, V>) ARRAY<K>", a -> new ArrayList<>(((Map<?, ?>) a[0]).keySet()))
                        .example("MAP_KEYS(MAP('apple' := 10, 'banana' := 20)) => ARRAY['apple', 'banana']")
                        .build(),
                union(),
                Scalar.named("MAP_VALUES", CATEGORY, "Returns the values of a map.")
                        .strict("(map MAP<K, V>) ARRAY<V>", a -> new ArrayList<>(((Map<?, ?>) a[0]).values()))
                        .example("MAP_VALUES(MAP('apple' := 10, 'banana' := 20)) => ARRAY[10, 20]")
                        .build(),
                slice());
    }

    private static SqlFunction asMap() {
        return Scalar.named("AS_MAP", CATEGORY, "Makes a map of an array of keys and an array of values.")
                .strict("(keys ARRAY<STRING>, values ARRAY<T>) MAP<STRING, T>", a -> {
                    List<?> keys = (List<?>) a[0];
                    List<?> values = (List<?>) a[1];
                    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
                    for (int at = 0; at < Math.min(keys.size(), values.size()); at++)
                        map.put(keys.get(at), values.get(at));
                    return map;
                })
                .example("AS_MAP(ARRAY['a', 'b'], ARRAY[1, 2]) => MAP('a' := 1, 'b' := 2)")
                .build();
    }

    private static SqlFunction elt() {
        return Scalar.named("ELT", CATEGORY, "Returns the n-th of its other arguments, from 1.")
                .variant("(n INTEGER, values STRING...) STRING", a -> {
                    if (!(a[0] instanceof Integer n)) return null;
                    return n < 1 || n >= a.length ? null : a[n];
                })
                .example("ELT(2, 'a', 'b', 'c') => 'b'")
                .build();
    }

    private static SqlFunction field() {
        return Scalar.named(
                        "FIELD", CATEGORY, "Returns the position of its first argument among the others, 0 if none.")
                .variant("(text STRING, values STRING...) INTEGER", a -> {
                    for (int at = 1; at < a.length && a[0] != null; at++) if (a[0].equals(a[at])) return at;
                    return 0;
                })
                .example("FIELD('b', 'a', 'b', 'c') => 2")
                .build();
    }

    private static SqlFunction entries() {
        return Scalar.named("ENTRIES", CATEGORY, "Returns the entries of a map as structs with the fields K and V.")
                .typed("(map MAP<STRING, T>, sorted BOOLEAN) ARRAY<STRUCT<K STRING, V T>>", (_, returnType) -> {
                    SqlType.Structure entry = (SqlType.Structure) ((SqlType.Array) returnType).element();
                    return new ScalarFunction.Resolved(returnType, a -> {
                        if (!(a[0] instanceof Map<?, ?> map) || !(a[1] instanceof Boolean sorted)) return null;
                        List<Struct> entries = new ArrayList<>();
                        map.forEach((key, value) -> entries.add(new Struct(entry, Arrays.asList(key, value))));
                        if (sorted) entries.sort((x, y) -> Comparison.compare(x.value(0), y.value(0)));
                        return entries;
                    });
                })
                .example(
                        "ENTRIES(MAP('b' := 2, 'a' := 1), TRUE) => ARRAY[STRUCT(K := 'a', V := 1), STRUCT(K := 'b', V := 2)]")
                .build();
    }

    /// Upwards or downwards by one, as the end is above or below the start.
    private static List<Long> series(Object[] a) {
        return series(a, ((Number) a[1]).longValue() < ((Number) a[0]).longValue() ? -1 : 1);
    }

    private static List<Long> series(Object[] a, int step) {
        long start = ((Number) a[0]).longValue();
        long end = ((Number) a[1]).longValue();
        if (step == 0) throw new ValueProblem("GENERATE_SERIES step cannot be zero");
        if (start != end && (end > start) != (step > 0)) throw new ValueProblem("GENERATE_SERIES step has wrong sign");
        double count = Math.floor(((double) end - start) / step);
        if (count >= SERIES_MAX)
            throw new ValueProblem("GENERATE_SERIES would make more than " + SERIES_MAX + " numbers");
        List<Long> series = new ArrayList<>();
        for (long at = 0; at <= (long) count; at++) series.add(start + at * step);
        return series;
    }

    private static List<Integer> integers(List<Long> series) {
        return series.stream().map(Math::toIntExact).toList();
    }

    private static SqlFunction union() {
        return Scalar.named("MAP_UNION", CATEGORY, "Returns the entries of both maps; those of the second one win.")
                .variant("(left MAP<K, V>, right MAP<K, V>) MAP<K, V>", a -> {
                    if (a[0] == null && a[1] == null) return null;
                    Map<@Nullable Object, @Nullable Object> union = new LinkedHashMap<>();
                    for (Object each : a) if (each instanceof Map<?, ?> map) union.putAll(map);
                    return union;
                })
                .example("MAP_UNION(MAP('a' := 1, 'b' := 2), MAP('a' := 5)) => MAP('a' := 5, 'b' := 2)")
                .build();
    }

    private static SqlFunction slice() {
        return Scalar.named("SLICE", CATEGORY, "Returns the elements between two positions from 1, null outside.")
                .variant("(array ARRAY<T>, from INTEGER, to INTEGER) ARRAY<T>", a -> {
                    if (!(a[0] instanceof List<?> list)) return null;
                    int from = a[1] instanceof Integer first ? first : 1;
                    int to = a[2] instanceof Integer last ? last : list.size();
                    boolean outside = from < 1 || to > list.size() || from - 1 > to;
                    return outside ? null : new ArrayList<>(list.subList(from - 1, to));
                })
                .example("SLICE(ARRAY[1, 2, 3, 4], 2, 3) => ARRAY[2, 3]")
                .build();
    }
}
