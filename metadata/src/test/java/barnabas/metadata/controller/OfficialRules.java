package barnabas.metadata.controller;

import barnabas.config.BrokerConfig;
import barnabas.config.ConfigKey;
import barnabas.config.ConfigType;
import barnabas.config.KeyTable;
import barnabas.config.TopicConfigs;
import barnabas.metadata.image.ConfigResource;
import barnabas.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The official names with the defaults of a broker without a file.
public final class OfficialRules implements ConfigRules {
    @Override
    public Optional<Refusal> problem(ConfigResource resource, Map<String, String> configs, List<String> changed) {
        if (resource.type() == ConfigResource.Type.TOPIC) {
            return TopicConfigs.problemWith(configs, BrokerConfig.defaults())
                    .map(problem -> new Refusal(ErrorCode.INVALID_CONFIG, problem));
        }
        for (var config : configs.entrySet()) {
            ConfigKey key = find(resource.type(), config.getKey());
            if (key == null) return Optional.of(refused(resource, "Unknown config name: " + config.getKey()));
            String problem = key.problemWith(config.getValue());
            if (problem != null) return Optional.of(refused(resource, problem));
        }
        return Optional.empty();
    }

    private static Refusal refused(ConfigResource resource, String problem) {
        boolean group = resource.type() == ConfigResource.Type.GROUP;
        return new Refusal(group ? ErrorCode.INVALID_CONFIG : ErrorCode.INVALID_REQUEST, problem);
    }

    @Override
    public boolean isList(ConfigResource.Type type, String name) {
        ConfigKey key = find(type, name);
        return key != null && key.type() == ConfigType.LIST;
    }

    @Override
    public @Nullable String inherited(ConfigResource.Type type, String name) {
        ConfigKey key = find(type, name);
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

    private static @Nullable ConfigKey find(ConfigResource.Type type, String name) {
        return switch (type) {
            case TOPIC -> KeyTable.topic().find(name);
            case BROKER -> KeyTable.broker().find(name);
            case GROUP -> KeyTable.group().find(name);
            case CLIENT_METRICS -> KeyTable.clientMetrics().find(name);
            case BROKER_LOGGER -> null;
        };
    }
}
