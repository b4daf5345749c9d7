package barnabas.metadata.controller;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.decision.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules about configurations for the controller, which otherwise only stores them.
public interface ConfigRules {
    /// The first thing wrong with `configs` in Kafka's words and error code, empty when all is well.
    ///
    /// @param present what the resource has
    /// @param configs what the resource would have after the change, by official name
    Optional<Refusal> problem(ConfigResource resource, Map<String, String> present, Map<String, String> configs);

    /// Value of this node for topics that do not set `name` themselves: from its file, else the default. For names
    /// that are the same for brokers.
    @Nullable
    String topicDefault(String name);

    /// Everything that counts for a topic with these overrides, as CreateTopics answers it (KIP-525).
    List<EffectiveConfig> effectiveTopicConfigs(Map<String, String> overrides);

    /// @param source the number of the layer on the wire: 1 topic, 2 broker, 3 default of all brokers, 4 file, 5
    /// default
    record EffectiveConfig(String name, @Nullable String value, boolean readOnly, byte source, boolean sensitive) {}
}
