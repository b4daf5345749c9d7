package barnabas.sql.functions.collection;

import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.functions.SqlLambda;
import barnabas.sql.types.ValueProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `FILTER`, `REDUCE` and `TRANSFORM`: functions that apply lambdas.
public final class Invocations {
    private static final String CATEGORY = "Invocation";

    private Invocations() {}

    public static List<SqlFunction> all() {
        return List.of(filter(), reduce(), transform());
    }

    private static SqlLambda lambda(@Nullable Object argument) {
        return (SqlLambda) Objects.requireNonNull(argument);
    }

    private static SqlFunction filter() {
        return Scalar.named("FILTER", CATEGORY, "Returns the elements or entries for which a lambda is true.")
                .variant("(array ARRAY<T>, condition LAMBDA(T) BOOLEAN) ARRAY<T>", a -> {
                    if (!(a[0] instanceof List<?> list)) return null;
                    List<@Nullable Object> kept = new ArrayList<>();
                    for (Object each : list)
                        if (Boolean.TRUE.equals(lambda(a[1]).apply(each))) kept.add(each);
                    return kept;
                })
                .variant("(map MAP<K, V>, condition LAMBDA(K, V) BOOLEAN) MAP<K, V>", a -> {
                    if (!(a[0] instanceof Map<?, ?> map)) return null;
                    Map<@Nullable Object, @Nullable Object> kept = new LinkedHashMap<>();
                    map.forEach((key, value) -> {
                        if (Boolean.TRUE.equals(lambda(a[1]).apply(key, value))) kept.put(key, value);
                    });
                    return kept;
                })
                .example("FILTER(ARRAY[1, 5, 2], x => x > 1) => ARRAY[5, 2]")
                .example("FILTER(MAP('a' := 1, 'b' := 2), (k, v) => v > 1) => MAP('b' := 2)")
                .build();
    }

    private static SqlFunction reduce() {
        return Scalar.named("REDUCE", CATEGORY, "Folds the elements or entries into one state by a lambda.")
                .variant("(array ARRAY<T>, state S, step LAMBDA(S, T) S) S", a -> {
                    Object state = a[1];
                    if (state == null || !(a[0] instanceof List<?> list)) return state;
                    for (Object each : list) state = lambda(a[2]).apply(state, each);
                    return state;
                })
                .variant("(map MAP<K, V>, state S, step LAMBDA(S, K, V) S) S", a -> {
                    Object state = a[1];
                    if (state == null || !(a[0] instanceof Map<?, ?> map)) return state;
                    for (Map.Entry<?, ?> entry : map.entrySet())
                        state = lambda(a[2]).apply(state, entry.getKey(), entry.getValue());
                    return state;
                })
                .example("REDUCE(ARRAY[2, 3, 4, 5], 2, (s, x) => CEIL(x / s)) => 5")
                .example("REDUCE(MAP('a' := 1, 'b' := 2), 10, (s, k, v) => s + v) => 13")
                .build();
    }

    private static SqlFunction transform() {
        return Scalar.named(
                        "TRANSFORM", CATEGORY, "Applies a lambda to every element, or one to keys and one to values.")
                .variant("(array ARRAY<T>, function LAMBDA(T) R) ARRAY<R>", a -> {
                    if (!(a[0] instanceof List<?> list)) return null;
                    List<@Nullable Object> transformed = new ArrayList<>();
                    for (Object each : list) transformed.add(lambda(a[1]).apply(each));
                    return transformed;
                })
                .variant("(map MAP<K, V>, keys LAMBDA(K, V) L, values LAMBDA(K, V) W) MAP<L, W>", a -> {
                    if (!(a[0] instanceof Map<?, ?> map)) return null;
                    Map<@Nullable Object, @Nullable Object> transformed = new LinkedHashMap<>();
                    map.forEach((key, value) -> {
                        Object newKey = lambda(a[1]).apply(key, value);
                        if (transformed.containsKey(newKey))
                            throw new ValueProblem("TRANSFORM: two entries have the key " + newKey);
                        transformed.put(newKey, lambda(a[2]).apply(key, value));
                    });
                    return transformed;
                })
                .example("TRANSFORM(ARRAY[1, 2], x => x + 5) => ARRAY[6, 7]")
                .example("TRANSFORM(MAP('a' := 1), (k, v) => UCASE(k), (k, v) => v + 5) => MAP('A' := 6)")
                .build();
    }
}
