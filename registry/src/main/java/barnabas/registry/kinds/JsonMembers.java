package barnabas.registry.kinds;

import barnabas.registry.kinds.JsonSubset.Sides;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Members of objects in two JSON schemas.
final class JsonMembers {
    private final JsonSubset subset;
    private final Sides sides;
    private final int depth;

    JsonMembers(JsonSubset subset, Sides sides, int depth) {
        this.subset = subset;
        this.sides = sides;
        this.depth = depth;
    }

    void compare(List<String> found) {
        required(found);
        Map<?, ?> from = members(sides.from(), "properties");
        Map<?, ?> to = members(sides.to(), "properties");
        var names = new LinkedHashSet<String>();
        from.keySet().forEach(each -> names.add(String.valueOf(each)));
        to.keySet().forEach(each -> names.add(String.valueOf(each)));
        for (String each : names) member(each, from, to, found);
        patterns(found);
        subset.compare(
                sides.fromNode(others(sides.from())),
                sides.toNode(others(sides.to())),
                sides.path() + "/additionalProperties",
                depth + 1,
                found);
    }

    private static Map<?, ?> members(Map<?, ?> schema, String keyword) {
        return schema.get(keyword) instanceof Map<?, ?> map ? map : Map.of();
    }

    private static Object others(Map<?, ?> schema) {
        Object others = schema.get("additionalProperties");
        return others == null ? true : others;
    }

    private void required(List<String> found) {
        Set<String> from = names(sides.from());
        Map<?, ?> declared = members(sides.to(), "properties");
        for (String each : names(sides.to())) {
            if (from.contains(each)) continue;
            boolean hasDefault = declared.get(each) instanceof Map<?, ?> member && member.containsKey("default");
            if (!hasDefault)
                found.add(sides.path() + "/properties/" + each
                        + ": REQUIRED_PROPERTY_ADDED: required now, without a default");
        }
    }

    private static Set<String> names(Map<?, ?> schema) {
        var names = new LinkedHashSet<String>();
        if (schema.get("required") instanceof List<?> list) for (Object each : list) names.add(String.valueOf(each));
        return names;
    }

    private void member(String name, Map<?, ?> from, Map<?, ?> to, List<String> found) {
        String path = sides.path() + "/properties/" + name;
        Object before = from.get(name);
        Object now = to.get(name);
        boolean declaredBefore = before != null;
        boolean patterned = !members(sides.from(), "patternProperties").isEmpty();
        Object w = before != null ? before : patterned ? true : others(sides.from());
        Object r = now != null ? now : others(sides.to());
        if (Boolean.FALSE.equals(w)) return;
        if (Boolean.FALSE.equals(r)) {
            if (members(sides.to(), "patternProperties").containsValue(w)) return;
            found.add(path + ": PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL");
            return;
        }
        int count = found.size();
        subset.compare(sides.fromNode(w), sides.toNode(r), path, depth + 1, found);
        if (found.size() > count && !declaredBefore) {
            found.subList(count, found.size()).clear();
            found.add(path + ": PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL");
        }
    }

    private void patterns(List<String> found) {
        Map<?, ?> from = members(sides.from(), "patternProperties");
        Map<?, ?> to = members(sides.to(), "patternProperties");
        for (Map.Entry<?, ?> each : to.entrySet()) {
            Object w = from.get(each.getKey());
            if (w == null && Boolean.FALSE.equals(others(sides.from())) && from.isEmpty()) continue;
            subset.compare(
                    sides.fromNode(w == null ? others(sides.from()) : w),
                    sides.toNode(each.getValue()),
                    sides.path() + "/patternProperties/" + each.getKey(),
                    depth + 1,
                    found);
        }
        for (Map.Entry<?, ?> each : from.entrySet())
            if (!to.containsKey(each.getKey()))
                subset.compare(
                        sides.fromNode(each.getValue()),
                        sides.toNode(others(sides.to())),
                        sides.path() + "/patternProperties/" + each.getKey(),
                        depth + 1,
                        found);
    }
}
