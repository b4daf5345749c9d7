package barnabas.registry.kinds;

import barnabas.console.json.JsonText;
import barnabas.console.json.JsonTree;
import barnabas.console.json.JsonTree.MalformedJson;
import barnabas.registry.model.RegistryProblem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Texts of schemas that are JSON. Its depth is limited by [JsonTree].
final class JsonForm {
    private JsonForm() {}

    static Object parse(String text) throws RegistryProblem {
        try {
            return JsonTree.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJson e) {
            throw RegistryProblem.invalidSchema(String.valueOf(e.getMessage()));
        }
    }

    static String compact(Object value) {
        return StandardCharsets.UTF_8.decode(JsonText.of(value)).toString();
    }

    /// The same value with the members of all objects in the order of their names.
    static Object sorted(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                var members = new TreeMap<String, Object>();
                map.forEach((name, member) -> members.put(String.valueOf(name), sorted(member)));
                yield members;
            }
            case List<?> list -> {
                var items = new ArrayList<>(list.size());
                for (Object each : list) items.add(sorted(each));
                yield items;
            }
            default -> value;
        };
    }
}
