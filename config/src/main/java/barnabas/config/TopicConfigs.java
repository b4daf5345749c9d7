package barnabas.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Overrides of a topic: validation and the values that count.
public final class TopicConfigs {
    private TopicConfigs() {}

    /// The first thing wrong with `overrides` in Kafka's words (error INVALID_CONFIG), empty when all is well.
    ///
    /// @param overrides by official topic name, as CreateTopics or an alteration would leave them
    public static Optional<String> problemWith(Map<String, String> overrides, BrokerConfig broker) {
        for (var override : overrides.entrySet()) {
            ConfigKey key = KeyTable.topic().find(override.getKey());
            if (key == null) return Optional.of("Unknown topic config name: " + override.getKey());
            String problem = key.problemWith(override.getValue());
            if (problem != null) return Optional.of(problem);
        }
        return Optional.empty();
    }

    /// The settings of a topic with these overrides on this broker.
    public static TopicConfig effective(Map<String, String> overrides, BrokerConfig broker) {
        return effective(overrides, broker.layers().merged());
    }

    static TopicConfig effective(Map<String, String> overrides, Map<String, String> broker) {
        var values = new HashMap<String, String>();
        for (ConfigKey key : KeyTable.topic().keys()) {
            String text = overrides.get(key.name());
            if (text == null) text = Synonyms.inherited(key.name(), broker);
            if (text != null) values.put(key.name(), text);
        }
        return TopicConfig.of(new Values(KeyTable.topic(), values));
    }
}
