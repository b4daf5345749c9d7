package barnabas.registry.kinds;

import barnabas.registry.kinds.JsonDocument.Node;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
    private static final int PAIRS_MAX = 1_000_000;
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
    private final Map<Pair, Boolean> same = new HashMap<>();
    private int steps;
    private int pairs;

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
        if (++steps >= STEPS_MAX || depth > DEPTH_MAX) {
            if (found.size() <= OBSTACLES_MAX) found.add(at(path) + ": too large to compare");
            return;
        }
        if (isSame(from.schema(), to.schema())) return;
        if (hasMoreThanReference(to, reader)) {
            compare(from, reference(to), path, depth + 1, found);
            compare(from, without(to, "$ref"), path, depth + 1, found);
            return;
        }
        if (hasMoreThanReference(from, writer)) {
            if (!fits(without(from, "$ref"), to, depth + 1)) compare(reference(from), to, path, depth + 1, found);
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

    /// Whether a schema limits values beside its reference, as it may from draft 2019-09 on.
    private static boolean hasMoreThanReference(Node node, JsonDocument document) {
        return node.schema() instanceof Map<?, ?> map
                && map.containsKey("$ref")
                && document.root() instanceof Map<?, ?> root
                && root.get("$schema") instanceof String draft
                && (draft.contains("2019-09") || draft.contains("2020-12"))
                && !takesAll(without(node, "$ref").schema());
    }

    private static Node reference(Node node) {
        return new Node(Map.of("$ref", ((Map<?, ?>) node.schema()).get("$ref")), node.root());
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
        if (takesAll(r.schema()) || Boolean.FALSE.equals(w.schema()) || isSame(w.schema(), r.schema())) return;
        if (Boolean.FALSE.equals(r.schema())) {
            found.add(at(path) + ": nothing is taken any more");
            return;
        }
        Map<?, ?> to = (Map<?, ?>) r.schema();
        Map<?, ?> from = w.schema() instanceof Map<?, ?> map ? map : Map.of();
        for (String each : SUMS)
            if (from.containsKey(each) && to.containsKey(each) && isSame(from.get(each), to.get(each))) {
                compareFollowed(without(w, each), without(r, each), path, depth, found);
                return;
            }
        // A value is of all parts: it is enough when the reader takes what one of them takes.
        if (from.get("allOf") instanceof List<?> all
                && all.stream().anyMatch(each -> fits(new Node(each, w.root()), r, depth + 1))) return;
        if (from.get("oneOf") instanceof List<?> choices && to.get("oneOf") instanceof List<?> others) {
            compareOneOf(w, choices, r, others, path, depth, found);
            return;
        }
        for (String each : SUMS)
            if (from.get(each) instanceof List<?> choices) {
                for (int i = 0; i < choices.size(); i++)
                    compare(new Node(choices.get(i), w.root()), r, path + "/" + each + "/" + i, depth + 1, found);
                return;
            }
        if (to.get("allOf") instanceof List<?> all)
            for (Object each : all) compare(w, new Node(each, r.root()), path + "/allOf", depth + 1, found);
        if (to.get("anyOf") instanceof List<?> choices
                && choices.stream().noneMatch(choice -> fits(w, new Node(choice, r.root()), depth + 1)))
            found.add(at(path + "/anyOf") + ": SUM_TYPE_NARROWED: no choice takes what was written");
        if (to.get("oneOf") instanceof List<?> choices && !isTakenOnce(w, r, choices, List.of(), depth))
            found.add(at(path + "/oneOf") + ": SUM_TYPE_NARROWED: not exactly one choice takes what was written");
        compareShapes(new Sides(from, w.root(), to, r.root(), path), depth, found);
    }

    private static Node without(Node node, String keyword) {
        var rest = new LinkedHashMap<Object, Object>((Map<?, ?>) node.schema());
        rest.remove(keyword);
        return new Node(rest, node.root());
    }

    /// A value of one of the writer's choices is of no other choice of the writer.
    private void compareOneOf(
            Node w, List<?> choices, Node r, List<?> others, String path, int depth, List<String> found) {
        Node rest = without(r, "oneOf");
        for (int i = 0; i < choices.size(); i++) {
            if (steps >= STEPS_MAX) {
                found.add(at(path + "/oneOf") + ": too large to compare");
                return;
            }
            var excluded = new ArrayList<Object>(choices);
            excluded.remove(i);
            var choice = new Node(choices.get(i), w.root());
            if (!isTakenOnce(choice, r, others, excluded, depth))
                found.add(path + "/oneOf/" + i + ": SUM_TYPE_NARROWED: not exactly one choice takes what was written");
            compare(choice, rest, path + "/oneOf/" + i, depth + 1, found);
        }
    }

    /// Whether one of the reader's choices takes what was written, and all others take none of it.
    ///
    /// @param excluded schemas of the writer, of which what was written is not
    private boolean isTakenOnce(Node w, Node r, List<?> choices, List<?> excluded, int depth) {
        for (int i = 0; i < choices.size() && steps < STEPS_MAX; i++) {
            if (!fits(w, new Node(choices.get(i), r.root()), depth + 1)) continue;
            boolean alone = true;
            for (int j = 0; j < choices.size() && alone; j++) {
                Object other = choices.get(j);
                alone = j == i
                        || excluded.stream().anyMatch(each -> isSame(each, other))
                        || areApart(w, new Node(other, r.root()), depth + 1);
            }
            if (alone) return true;
        }
        return false;
    }

    /// Whether no value is of both schemas, as far as types, single values and required members show it.
    private boolean areApart(Node one, Node other, int depth) {
        if (++steps > STEPS_MAX || depth > DEPTH_MAX) return false;
        Optional<Node> w = followed(one, writer);
        Optional<Node> r = followed(other, reader);
        if (w.isEmpty() || r.isEmpty()) return false;
        if (Boolean.FALSE.equals(w.get().schema())
                || Boolean.FALSE.equals(r.get().schema())) return true;
        if (!(w.get().schema() instanceof Map<?, ?> from) || !(r.get().schema() instanceof Map<?, ?> to)) return false;
        Set<String> shared = new LinkedHashSet<>(withNumbers(types(from)));
        shared.retainAll(withNumbers(types(to)));
        if (shared.isEmpty()) return true;
        if (from.containsKey("const") && to.containsKey("const") && !same(from.get("const"), to.get("const")))
            return true;
        if (!shared.equals(Set.of("object"))) return false;
        if (!(from.get("required") instanceof List<?> required) || !(to.get("required") instanceof List<?> also))
            return false;
        for (Object name : required) {
            if (!also.contains(name)) continue;
            if (from.get("properties") instanceof Map<?, ?> members
                    && to.get("properties") instanceof Map<?, ?> others
                    && members.get(name) != null
                    && others.get(name) != null
                    && areApart(
                            new Node(members.get(name), w.get().root()),
                            new Node(others.get(name), r.get().root()),
                            depth + 1)) return true;
        }
        return false;
    }

    /// Numbers with other spellings are the same.
    private static boolean same(Object one, Object other) {
        if (one instanceof BigDecimal number && other instanceof BigDecimal another)
            return number.compareTo(another) == 0;
        // what holds numbers in it may be the same in spite of another text
        return one.equals(other) || !(one instanceof String && other instanceof String);
    }

    /// A value of type number may be one of type integer.
    private static Set<String> withNumbers(Set<String> types) {
        if (!types.contains("number") && !types.contains("integer")) return types;
        var all = new LinkedHashSet<>(types);
        all.addAll(List.of("number", "integer"));
        return all;
    }

    /// Each two are compared once: large parts may be used at very many places. Past the limit nothing is the same.
    private boolean isSame(Object ofWriter, Object ofReader) {
        if (++pairs > PAIRS_MAX) steps = STEPS_MAX;
        if (steps >= STEPS_MAX) return false;
        var pair = new Pair(ofWriter, ofReader);
        Boolean known = same.get(pair);
        if (known != null) return known;
        boolean found = ofWriter.equals(ofReader)
                && (!ofReader.toString().contains("$ref") || writer.root().equals(reader.root()));
        if (same.size() < STEPS_MAX) same.put(pair, found);
        return found;
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
        Object from = sides.from.get(keyword);
        return to != null && from != null && isSame(from, to);
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
