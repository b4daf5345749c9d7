package barnabas.metadata.controller;

import barnabas.config.BrokerConfig;
import barnabas.config.dynamic.ConfigResource;
import barnabas.config.dynamic.DynamicConfigs;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.KeyTable;
import barnabas.metadata.decision.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The official names with the defaults of a broker without a file.
public final class OfficialRules implements ConfigRules {
    @Override
    public Optional<Refusal> problem(
            ConfigResource resource, Map<String, String> present, Map<String, String> configs) {
        return Optional.ofNullable(DynamicConfigs.problem(resource, present, configs, BrokerConfig.defaults()))
                .map(Refusal::of);
    }

    @Override
    public @Nullable String topicDefault(String name) {
        ConfigKey key = KeyTable.topic().find(name);
        return key == null ? null : key.defaultValue();
    }

    @Override
    public List<EffectiveConfig> effectiveTopicConfigs(Map<String, String> overrides) {
        return KeyTable.topic().keys().stream()
                .map(key -> {
                    String own = overrides.get(key.name());
                    return new EffectiveConfig(
                            key.name(),
                            own == null ? key.defaultValue() : own,
                            false,
                            (byte) (own == null ? 5 : 1),
                            key.sensitive());
                })
                .toList();
    }
}
