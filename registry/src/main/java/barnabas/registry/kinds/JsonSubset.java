package barnabas.registry.kinds;

import barnabas.registry.kinds.JsonDocument.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Whether a reader's JSON schema takes all values that a writer's schema takes, as far as the schemas show it without
/// trying values. In doubt it does not: a keyword that is not compared in detail has to be the same on both sides.
///
/// - An object that takes other members (open content model) may hold any value under a name that the reader declares:
///   declaring a further member is safe for closed objects only.
/// - A member that the reader requires and the writer does not needs a default.
final class JsonSubset {
    private static final int STEPS_MAX = 100_000;
    private static final int DEPTH_MAX = 200;
    private static final int OBSTACLES_MAX = 50;
    private static final Set<String> TYPES =
            Set.of("null", "boolean", "object", "array", "number", "integer", "string");
    private static final List<String> SUMS = List.of("anyOf", "oneOf");
    /// Keywords of a reader that are not compared in detail.
    private static final List<String> OPAQUE = List.of(
            "not",
            "if",
            "then",
            "else",
            "dependencies",
            "dependentRequired",
            "dependentSchemas",
            "contains",
            "minContains",
            "maxContains",
            "propertyNames",
            "unevaluatedProperties",
            "unevaluatedItems");

    private final JsonDocument writer;
    private final JsonDocument reader;
    /// Pairs that are being compared: a schema may contain itself.
    private final Set<Pair> open = new HashSet<>();
    private int steps;

    /// Two schemas, each itself.
    private record Pair(Object writer, Object reader) {
        @Override
        @SuppressWarnings("ReferenceEquality") // equal schemas at two places are two schemas
        public boolean equals(Object other) {
            return other instanceof Pair pair && pair.writer == writer && pair.reader == reader;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(writer) + System.identityHashCode(reader);
        }
    }

    JsonSubset(JsonDocument writer, JsonDocument reader) {
        this.writer = writer;
        this.reader = reader;
    }

    List<String> obstacles() {
        var found = new ArrayList<String>();
        compare(writer.start(), reader.start(), "", 0, found);
        return found.size() > OBSTACLES_MAX ? found.subList(0, OBSTACLES_MAX) : found;
    }

    private static String at(String path) {
        return path.isEmpty() ? "/" : path;
    }

    private boolean fits(Node from, Node to, int depth) {
        var found = new ArrayList<String>();
        compare(from, to, "", depth, found);
        return found.isEmpty();
    }

    void compare(Node from, Node to, String path, int depth, List<String> found) {
        if (++steps > STEPS_MAX || depth > DEPTH_MAX) {
            if (found.size() <= OBSTACLES_MAX) found.add(at(path) + ": too large to compare");
            return;
        }
        Optional<Node> w = followed(from, writer);
        Optional<Node> r = followed(to, reader);
        if (w.isEmpty() || r.isEmpty()) {
            if (!from.schema().equals(to.schema())) found.add(at(path) + ": REFERENCE_CHANGED");
            return;
        }
        var pair = new Pair(w.get().schema(), r.get().schema());
        if (!open.add(pair)) return;
        try {
            compareFollowed(w.get(), r.get(), path, depth, found);
        } finally {
            open.remove(pair);
        }
    }

    private static Optional<Node> followed(Node node, JsonDocument document) {
        Node at = node;
        for (int i = 0; i < 32; i++) {
            if (!(at.schema() instanceof Map<?, ?> map) || !(map.get("$ref") instanceof String reference))
                return Optional.of(at);
            Optional<Node> next = document.resolve(reference, at.root());
            if (next.isEmpty()) return Optional.empty();
            at = next.get();
        }
        return Optional.empty();
    }

    private void compareFollowed(Node w, Node r, String path, int depth, List<String> found) {
        if (takesAll(r.schema()) || Boolean.FALSE.equals(w.schema())) return;
        if (Boolean.FALSE.equals(r.schema())) {
            found.add(at(path) + ": nothing is taken any more");
            return;
        }
        Map<?, ?> to = (Map<?, ?>) r.schema();
        Map<?, ?> from = w.schema() instanceof Map<?, ?> map ? map : Map.of();
        // A value is of all parts: it is enough when the reader takes what one of them takes.
        if (from.get("allOf") instanceof List<?> all
                && all.stream().anyMatch(each -> fits(new Node(each, w.root()), r, depth + 1))) return;
        for (String each : SUMS)
            if (from.get(each) instanceof List<?> choices) {
                for (int i = 0; i < choices.size(); i++)
                    compare(new Node(choices.get(i), w.root()), r, path + "/" + each + "/" + i, depth + 1, found);
                return;
            }
        if (to.get("allOf") instanceof List<?> all)
            for (Object each : all) compare(w, new Node(each, r.root()), path + "/allOf", depth + 1, found);
        for (String each : SUMS)
            if (to.get(each) instanceof List<?> choices
                    && choices.stream().noneMatch(choice -> fits(w, new Node(choice, r.root()), depth + 1)))
                found.add(at(path + "/" + each) + ": SUM_TYPE_NARROWED: no choice takes what was written");
        compareShapes(new Sides(from, w.root(), to, r.root(), path), depth, found);
    }

    private static boolean takesAll(Object schema) {
        if (Boolean.TRUE.equals(schema)) return true;
        if (!(schema instanceof Map<?, ?> map)) return false;
        for (Object each : map.keySet()) if (!JsonBounds.ANNOTATIONS.contains(String.valueOf(each))) return false;
        return true;
    }

    /// Two schemas that are compared keyword by keyword.
    record Sides(Map<?, ?> from, Object fromRoot, Map<?, ?> to, Object toRoot, String path) {
        Node fromNode(Object schema) {
            return new Node(schema, fromRoot);
        }

        Node toNode(Object schema) {
            return new Node(schema, toRoot);
        }
    }

    private void compareShapes(Sides sides, int depth, List<String> found) {
        Set<String> from = types(sides.from);
        Set<String> to = types(sides.to);
        for (String each : from)
            if (!to.contains(each) && !(each.equals("integer") && to.contains("number"))) {
                found.add(at(sides.path) + ": TYPE_NARROWED: " + each + " is not taken any more");
                return;
            }
        JsonBounds.compareValues(sides, found);
        JsonBounds.compareBounds(sides, from, found);
        for (String each : OPAQUE)
            if (sides.to.containsKey(each) && !same(sides, each))
                found.add(sides.path + "/" + each + ": KEYWORD_CHANGED");
        if (from.contains("object")) new JsonMembers(this, sides, depth).compare(found);
        if (from.contains("array")) compareItems(sides, depth, found);
    }

    /// Whether a keyword means the same on both sides, as far as its text shows it.
    private boolean same(Sides sides, String keyword) {
        Object to = sides.to.get(keyword);
        return to != null
                && to.equals(sides.from.get(keyword))
                && (!to.toString().contains("$ref") || writer.root().equals(reader.root()));
    }

    private static Set<String> types(Map<?, ?> schema) {
        Object type = schema.get("type");
        if (type instanceof String one) return Set.of(one);
        if (type instanceof List<?> several) {
            var names = new LinkedHashSet<String>();
            for (Object each : several) names.add(String.valueOf(each));
            return names;
        }
        return TYPES;
    }

    private void compareItems(Sides sides, int depth, List<String> found) {
        List<?> from = tuple(sides.from);
        List<?> to = tuple(sides.to);
        Object fromRest = rest(sides.from);
        Object toRest = rest(sides.to);
        for (int i = 0; i < Math.max(from.size(), to.size()); i++) {
            Object w = i < from.size() ? from.get(i) : fromRest;
            Object r = i < to.size() ? to.get(i) : toRest;
            compare(sides.fromNode(w), sides.toNode(r), sides.path + "/items/" + i, depth + 1, found);
        }
        compare(sides.fromNode(fromRest), sides.toNode(toRest), sides.path + "/items", depth + 1, found);
    }

    private static List<?> tuple(Map<?, ?> schema) {
        if (schema.get("prefixItems") instanceof List<?> list) return list;
        return schema.get("items") instanceof List<?> list ? list : List.of();
    }

    /// Schema of the items behind the tuple.
    private static Object rest(Map<?, ?> schema) {
        Object rest = schema.get("items") instanceof List<?> ? schema.get("additionalItems") : schema.get("items");
        return rest == null ? true : rest;
    }
}
