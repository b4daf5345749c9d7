package barnabas.registry.kinds;

import barnabas.registry.kinds.JsonSubset.Sides;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keywords of JSON schemas that limit single values.
final class JsonBounds {
    /// Keywords that take no value away.
    static final Set<String> ANNOTATIONS = Set.of(
            "$schema",
            "$id",
            "id",
            "$anchor",
            "$comment",
            "$defs",
            "definitions",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly",
            "format",
            "contentEncoding",
            "contentMediaType");

    private static final List<String> LOWER =
            List.of("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties");
    private static final List<String> UPPER =
            List.of("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties");

    /// Obstacles beyond which missing values are not listed.
    private static final int FOUND_MAX = 100;

    private JsonBounds() {}

    /// `enum`, `const`.
    static void compareValues(Sides sides, List<String> found) {
        List<?> to = values(sides.to());
        if (to == null) return;
        List<?> from = values(sides.from());
        if (from == null) found.add(sides.path() + "/enum: ENUM_ADDED");
        else {
            Set<Object> taken = new HashSet<>(to);
            for (Object each : from)
                if (!taken.contains(each) && found.size() <= FOUND_MAX)
                    found.add(sides.path() + "/enum: ENUM_ARRAY_NARROWED: " + each + " is missing");
        }
    }

    private static @Nullable List<?> values(Map<?, ?> schema) {
        List<?> listed = schema.get("enum") instanceof List<?> list ? list : null;
        Object only = schema.get("const");
        if (only == null) return listed;
        return listed == null || listed.contains(only) ? List.of(only) : List.of();
    }

    /// @param types of the writer
    static void compareBounds(Sides sides, Set<String> types, List<String> found) {
        for (String each : LOWER) if (concerns(each, types)) bound(sides, each, -1, found);
        for (String each : UPPER) if (concerns(each, types)) bound(sides, each, 1, found);
        if (types.contains("number") || types.contains("integer")) multiple(sides, found);
        if (types.contains("string")) same(sides, "pattern", found);
        if (types.contains("array")
                && Boolean.TRUE.equals(sides.to().get("uniqueItems"))
                && !Boolean.TRUE.equals(sides.from().get("uniqueItems")))
            found.add(sides.path() + "/uniqueItems: UNIQUE_ITEMS_ADDED");
    }

    private static boolean concerns(String keyword, Set<String> types) {
        if (keyword.endsWith("Length")) return types.contains("string");
        if (keyword.endsWith("Items")) return types.contains("array");
        if (keyword.endsWith("Properties")) return types.contains("object");
        return types.contains("number") || types.contains("integer");
    }

    /// @param sign 1 for an upper bound, -1 for a lower one
    private static void bound(Sides sides, String keyword, int sign, List<String> found) {
        if (!sides.to().containsKey(keyword)) return;
        Object to = sides.to().get(keyword);
        Object from = sides.from().get(keyword);
        if (to.equals(from)) return;
        boolean looser = to instanceof BigDecimal reader
                && from instanceof BigDecimal writer
                && reader.compareTo(writer) * sign >= 0;
        if (!looser)
            found.add(sides.path() + "/" + keyword + ": " + (from == null ? "LIMIT_ADDED" : "LIMIT_NARROWED") + ": "
                    + to);
    }

    private static void multiple(Sides sides, List<String> found) {
        if (!(sides.to().get("multipleOf") instanceof BigDecimal to)) return;
        boolean fits = sides.from().get("multipleOf") instanceof BigDecimal from
                && to.signum() != 0
                && Math.abs(from.scale()) < 100
                && Math.abs(to.scale()) < 100
                && from.remainder(to).signum() == 0;
        if (!fits) found.add(sides.path() + "/multipleOf: MULTIPLE_OF_CHANGED: " + to);
    }

    private static void same(Sides sides, String keyword, List<String> found) {
        Object to = sides.to().get(keyword);
        if (to != null && !to.equals(sides.from().get(keyword)))
            found.add(sides.path() + "/" + keyword + ": PATTERN_CHANGED");
    }
}
