package barnabas.sql.functions.collection;

import barnabas.sql.functions.Budget;
import barnabas.sql.functions.FunctionProblem;
import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.ScalarFunction;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.Comparison;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.ValueProblem;
import barnabas.sql.types.ValueText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `ARRAY_*`.
public final class Arrays {
    static final String CATEGORY = "Collections";

    private Arrays() {}

    public static List<SqlFunction> all() {
        List<SqlFunction> all = new ArrayList<>(sets());
        all.addAll(elements());
        return all;
    }

    /// Functions that look at arrays as sets.
    private static List<SqlFunction> sets() {
        return List.of(
                Scalar.named("ARRAY_DISTINCT", CATEGORY, "Returns the distinct values in the order of their first.")
                        .strict("(array ARRAY<T>) ARRAY<T>", a -> list(set(a[0])))
                        .example("ARRAY_DISTINCT(ARRAY[1, 1, 2, 3, 1, 2]) => ARRAY[1, 2, 3]")
                        .build(),
                pair("ARRAY_EXCEPT", "Returns the distinct values that are not in a second array.", (left, right) -> {
                            left.removeAll(right);
                            return left;
                        })
                        .example("ARRAY_EXCEPT(ARRAY[1, 2, 3, 1, 2], ARRAY[2, 3]) => ARRAY[1]")
                        .build(),
                pair("ARRAY_INTERSECT", "Returns the distinct values that are in both arrays.", (left, right) -> {
                            left.retainAll(right);
                            return left;
                        })
                        .example("ARRAY_INTERSECT(ARRAY[1, 2, 3, 1, 2], ARRAY[2, 1]) => ARRAY[1, 2]")
                        .build(),
                pair("ARRAY_UNION", "Returns the distinct values of both arrays.", (left, right) -> {
                            left.addAll(right);
                            return left;
                        })
                        .example("ARRAY_UNION(ARRAY[1, 2, 3, 1, 2], ARRAY[4, 1]) => ARRAY[1, 2, 3, 4]")
                        .build());
    }

    /// Functions that look at elements one by one.
    private static List<SqlFunction> elements() {
        return List.of(
                concat(),
                Scalar.named("ARRAY_CONTAINS", CATEGORY, "Returns whether an array holds a value.")
                        .variant(
                                "(array ARRAY<T>, value T) BOOLEAN",
                                a -> a[0] instanceof List<?> list && contains(list, a[1]))
                        .example("ARRAY_CONTAINS(ARRAY[1, 2, 3], 3) => TRUE")
                        .build(),
                join(),
                Scalar.named("ARRAY_LENGTH", CATEGORY, "Returns the number of elements.")
                        .strict("(array ARRAY<T>) INTEGER", a -> ((List<?>) a[0]).size())
                        .example("ARRAY_LENGTH(ARRAY[1, 2, 3]) => 3")
                        .build(),
                simple(
                                "ARRAY_MAX",
                                "Returns the largest value.",
                                "(array ARRAY<T>) T",
                                a -> present(a[0]).stream()
                                        .max(Comparison::compare)
                                        .orElse(null))
                        .example("ARRAY_MAX(ARRAY['Foo', 'Bar', NULL, 'baz']) => 'baz'")
                        .build(),
                simple(
                                "ARRAY_MIN",
                                "Returns the smallest value.",
                                "(array ARRAY<T>) T",
                                a -> present(a[0]).stream()
                                        .min(Comparison::compare)
                                        .orElse(null))
                        .example("ARRAY_MIN(ARRAY['Foo', 'Bar', NULL, 'baz']) => 'Bar'")
                        .build(),
                Scalar.named("ARRAY_REMOVE", CATEGORY, "Removes all elements that are equal to a value.")
                        .variant(
                                "(array ARRAY<T>, value T) ARRAY<T>",
                                a -> a[0] instanceof List<?> list
                                        ? list(list.stream()
                                                .filter(each -> !Comparison.equal(each, a[1]))
                                                .toList())
                                        : null)
                        .example("ARRAY_REMOVE(ARRAY[1, 2, 3, 2, 1], 2) => ARRAY[1, 3, 1]")
                        .build(),
                sort());
    }

    @FunctionalInterface
    private interface OnSets {
        Set<@Nullable Object> on(Set<@Nullable Object> left, Set<@Nullable Object> right);
    }

    private static Scalar.Builder pair(String name, String overview, OnSets work) {
        return Scalar.named(name, CATEGORY, overview)
                .strict("(left ARRAY<T>, right ARRAY<T>) ARRAY<T>", a -> list(work.on(set(a[0]), set(a[1]))));
    }

    private static Set<@Nullable Object> set(Object list) {
        return new LinkedHashSet<>((List<?>) list);
    }

    static List<@Nullable Object> list(Collection<?> values) {
        return new ArrayList<>(values);
    }

    private static boolean contains(List<?> list, @Nullable Object value) {
        for (Object each : list) if (Comparison.equal(each, value)) return true;
        return false;
    }

    private static List<Object> present(Object list) {
        List<Object> present = new ArrayList<>();
        for (Object each : (List<?>) list) if (each != null) present.add(each);
        return present;
    }

    private static SqlFunction concat() {
        return Scalar.named("ARRAY_CONCAT", CATEGORY, "Concatenates two arrays; a null one counts as empty.")
                .variant("(left ARRAY<T>, right ARRAY<T>) ARRAY<T>", a -> {
                    if (a[0] == null && a[1] == null) return null;
                    List<@Nullable Object> joined = new ArrayList<>();
                    for (Object each : a) if (each instanceof List<?> list) joined.addAll(list);
                    return joined;
                })
                .example("ARRAY_CONCAT(ARRAY[1, 2, 3, 1, 2], ARRAY[4, 1]) => ARRAY[1, 2, 3, 1, 2, 4, 1]")
                .build();
    }

    /// A function of arrays whose elements have no parts.
    private static Scalar.Builder simple(String name, String overview, String signature, Scalar.StrictCall call) {
        return simple(Scalar.named(name, CATEGORY, overview), name, signature, call);
    }

    private static Scalar.Builder simple(
            Scalar.Builder builder, String name, String signature, Scalar.StrictCall call) {
        return lenient(builder, name, signature, arguments -> {
            for (Object argument : arguments) if (argument == null) return null;
            return call.call(Objects.requireNonNull(arguments));
        });
    }

    /// [#simple], with nulls among the arguments.
    private static Scalar.Builder lenient(
            Scalar.Builder builder, String name, String signature, ScalarFunction.Call call) {
        return builder.typed(signature, (types, returnType) -> {
            if (types.getFirst() instanceof SqlType.Array array
                    && !array.element().isSimple())
                throw new FunctionProblem("Function '" + name + "' does not accept parameters (" + array
                        + "): only arrays of simple types, not of arrays, maps or structs");
            return new ScalarFunction.Resolved(returnType, call);
        });
    }

    private static SqlFunction join() {
        Scalar.Builder builder = Scalar.named(
                "ARRAY_JOIN", CATEGORY, "Joins the texts of all elements, by a comma unless said otherwise.");
        simple(builder, "ARRAY_JOIN", "(array ARRAY<T>) STRING", a -> joined((List<?>) a[0], ","));
        lenient(
                builder,
                "ARRAY_JOIN",
                "(array ARRAY<T>, delimiter STRING) STRING",
                a -> a[0] instanceof List<?> list ? joined(list, a[1] instanceof String text ? text : "") : null);
        return builder.example("ARRAY_JOIN(ARRAY[1, 2, 3], '-') => '1-2-3'").build();
    }

    private static String joined(List<?> list, String delimiter) {
        List<String> texts = list.stream().map(ValueText::of).toList();
        Budget.checkSize(texts.stream()
                .mapToLong(each -> (long) each.length() + delimiter.length())
                .sum());
        return String.join(delimiter, texts);
    }

    private static SqlFunction sort() {
        Scalar.Builder builder =
                Scalar.named("ARRAY_SORT", CATEGORY, "Sorts an array, with 'DESC' downwards; nulls are last.");
        simple(builder, "ARRAY_SORT", "(array ARRAY<T>) ARRAY<T>", a -> sorted((List<?>) a[0], "ASC"));
        simple(
                builder,
                "ARRAY_SORT",
                "(array ARRAY<T>, order STRING) ARRAY<T>",
                a -> sorted((List<?>) a[0], (String) a[1]));
        return builder.example("ARRAY_SORT(ARRAY[-1, 2, NULL, 0]) => ARRAY[-1, 0, 2, NULL]")
                .build();
    }

    private static List<@Nullable Object> sorted(List<?> list, String order) {
        Comparator<Object> comparator = switch (order.strip().toUpperCase(Locale.ROOT)) {
            case "ASC", "ASCENDING" -> Comparison::compare;
            case "DESC", "DESCENDING" -> (a, b) -> Comparison.compare(b, a);
            default -> throw new ValueProblem("ARRAY_SORT: unknown order '" + order + "': use ASC or DESC");
        };
        List<@Nullable Object> sorted = list(list);
        sorted.sort(Comparator.nullsLast(comparator));
        return sorted;
    }
}
