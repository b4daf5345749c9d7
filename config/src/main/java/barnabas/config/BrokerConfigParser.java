package barnabas.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// From official names and texts to a [BrokerConfig], with everything that is wrong collected.
final class BrokerConfigParser {
    private BrokerConfigParser() {}

    static ParseResult parse(Map<String, String> properties) {
        var problems = new ArrayList<String>();
        var notes = new ArrayList<String>();
        for (var property : new TreeMap<>(properties).entrySet()) {
            ConfigKey key = KeyTable.broker().find(property.getKey());
            if (key == null) {
                problems.add("Unknown configuration '" + property.getKey() + "'");
                continue;
            }
            String problem = key.problemWith(property.getValue());
            if (problem != null) problems.add(problem);
        }
        if (!problems.isEmpty()) return new ParseResult.Invalid(List.copyOf(problems));
        return new ParseResult.Valid(
                BrokerConfig.of(new BrokerLayers(properties, Map.of(), Map.of())), List.copyOf(notes));
    }

    /// The part of dynamic values that can be used.
    static Map<String, String> usable(Map<String, String> dynamic) {
        var usable = new HashMap<String, String>();
        for (var value : dynamic.entrySet()) {
            ConfigKey key = KeyTable.broker().find(value.getKey());
            if (key == null || key.problemWith(value.getValue()) == null) usable.put(value.getKey(), value.getValue());
        }
        return usable;
    }
}
