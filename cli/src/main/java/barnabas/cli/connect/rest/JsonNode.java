package barnabas.cli.connect.rest;

import barnabas.console.json.JsonTree;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A value of a JSON answer. What is missing or of another kind reads as empty: answers come from workers of several
/// versions.
///
/// @param value as [JsonTree] gives it; null when there is none
public record JsonNode(@Nullable Object value) {
    public JsonNode at(String name) {
        return new JsonNode(value instanceof Map<?, ?> map ? map.get(name) : null);
    }

    public boolean isMissing() {
        return value == null || value.equals(JsonTree.NULL);
    }

    public String text() {
        return value == null || value.equals(JsonTree.NULL) ? "" : value.toString();
    }

    /// The number, or -1.
    public long number() {
        return value instanceof BigDecimal number ? number.longValue() : -1;
    }

    public List<JsonNode> list() {
        if (!(value instanceof List<?> list)) return List.of();
        return list.stream().map(each -> new JsonNode(each)).toList();
    }

    /// Names of an object's members, in their order.
    public Set<String> names() {
        if (!(value instanceof Map<?, ?> map)) return Set.of();
        var names = new LinkedHashSet<String>();
        for (Object each : map.keySet()) names.add(String.valueOf(each));
        return names;
    }
}
