package barnabas.config;

import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.KeyTable;
import barnabas.config.keys.Synonyms;
import barnabas.config.keys.Values;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Overrides of a topic: validation and the values that count.
public final class TopicConfigs {
    private TopicConfigs() {}

    /// The first thing wrong with the overrides of a new topic in Kafka's words (error INVALID_CONFIG), empty when
    /// all is well.
    ///
    /// @param overrides by official topic name
    public static Optional<String> problemWith(Map<String, String> overrides, BrokerConfig broker) {
        return problemWith(overrides, Map.of(), broker);
    }

    /// Likewise for a topic that has `existing` overrides and would have `overrides`.
    public static Optional<String> problemWith(
            Map<String, String> overrides, Map<String, String> existing, BrokerConfig broker) {
        var sorted = new TreeMap<>(overrides);
        for (String name : sorted.keySet())
            if (KeyTable.topic().find(name) == null) return Optional.of("Unknown topic config name: " + name);
        for (var override : sorted.entrySet()) {
            String problem = KeyTable.topic().key(override.getKey()).problemWith(override.getValue());
            if (problem != null) return Optional.of(problem);
        }
        boolean tieredStorage = "true".equals(broker.value("remote.log.storage.system.enable"));
        Values values = values(overrides, broker.layers().merged());
        return Optional.ofNullable(TopicRules.problem(values, existing, tieredStorage));
    }

    /// The settings of a topic with these valid overrides on this broker. An override that is unknown or does not
    /// parse (a leftover of another version) has no effect.
    public static TopicConfig effective(Map<String, String> overrides, BrokerConfig broker) {
        if (overrides.isEmpty()) return broker.topics().defaults();
        var usable = new HashMap<String, String>();
        for (var override : overrides.entrySet()) {
            ConfigKey key = KeyTable.topic().find(override.getKey());
            if (key != null && key.problemWith(override.getValue()) == null)
                usable.put(override.getKey(), override.getValue());
        }
        return TopicConfig.of(values(usable, broker.layers().merged()));
    }

    /// Config of a topic without overrides, from these broker values.
    static TopicConfig defaults(Map<String, String> broker) {
        return TopicConfig.of(values(Map.of(), broker));
    }

    public static Values values(Map<String, String> overrides, Map<String, String> broker) {
        var values = new HashMap<String, String>();
        for (ConfigKey key : KeyTable.topic().keys()) {
            String text = overrides.get(key.name());
            if (text == null) text = Synonyms.inherited(key.name(), broker);
            if (text != null) values.put(key.name(), text);
        }
        return new Values(KeyTable.topic(), values);
    }
}
