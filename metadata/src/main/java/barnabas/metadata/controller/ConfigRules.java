package barnabas.metadata.controller;

import barnabas.metadata.image.ConfigResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the controller needs to know about configuration, which it otherwise only stores.
public interface ConfigRules {
    /// The first thing wrong with `configs` in Kafka's words and error code, empty when all is well.
    ///
    /// @param configs what the resource would have after the change, by official name
    /// @param changed the names that the request sets or removes
    Optional<Refusal> problem(ConfigResource resource, Map<String, String> configs, List<String> changed);

    /// Whether the value is a list, so that APPEND and SUBTRACT make sense.
    boolean isList(ConfigResource.Type type, String name);

    /// What counts for `name` when the resource itself does not set it: from the file, else the default. Null when
    /// there is nothing. APPEND and SUBTRACT start from it.
    @Nullable
    String inherited(ConfigResource.Type type, String name);

    /// Everything that counts for a topic with these overrides, as CreateTopics answers it (KIP-525).
    List<EffectiveConfig> effectiveTopicConfigs(Map<String, String> overrides);

    /// @param source the number of the layer on the wire: 1 topic, 2 broker, 3 default of all brokers, 4 file, 5
    /// default
    record EffectiveConfig(String name, @Nullable String value, boolean readOnly, byte source, boolean sensitive) {}
}
