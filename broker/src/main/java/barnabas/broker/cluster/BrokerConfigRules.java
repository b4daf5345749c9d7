package barnabas.broker.cluster;

import barnabas.config.ConfigKey;
import barnabas.config.ConfigType;
import barnabas.config.GroupConfigs;
import barnabas.config.KeyTable;
import barnabas.config.TopicConfigs;
import barnabas.metadata.controller.ConfigRules;
import barnabas.metadata.image.ConfigResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the controller has to know about configurations, from the tables of official names.
public final class BrokerConfigRules implements ConfigRules {
    private final LiveConfig config;

    public BrokerConfigRules(LiveConfig config) {
        this.config = config;
    }

    @Override
    public Optional<String> problem(ConfigResource resource, Map<String, String> configs, List<String> changed) {
        return switch (resource.type()) {
            case TOPIC -> TopicConfigs.problemWith(configs, config.current());
            case BROKER -> problem(KeyTable.broker(), configs, "Unknown broker config name: ");
            case GROUP -> GroupConfigs.problemWith(configs, config.current());
            case CLIENT_METRICS -> problem(KeyTable.clientMetrics(), configs, "Unknown client metrics configuration: ");
            case BROKER_LOGGER -> Optional.empty();
        };
    }

    private static Optional<String> problem(KeyTable table, Map<String, String> configs, String unknown) {
        for (Map.Entry<String, String> each : configs.entrySet()) {
            ConfigKey key = table.find(each.getKey());
            if (key == null) return Optional.of(unknown + each.getKey());
            String problem = key.problemWith(each.getValue());
            if (problem != null) return Optional.of(problem);
        }
        return Optional.empty();
    }

    @Override
    public boolean isList(ConfigResource.Type type, String name) {
        ConfigKey key = find(type, name);
        return key != null && key.type() == ConfigType.LIST;
    }

    @Override
    public @Nullable String inherited(ConfigResource.Type type, String name) {
        if (type == ConfigResource.Type.BROKER) return config.current().value(name);
        ConfigKey key = find(type, name);
        return key == null ? null : key.defaultValue();
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

    @Override
    public List<EffectiveConfig> effectiveTopicConfigs(Map<String, String> overrides) {
        var effective = new ArrayList<EffectiveConfig>();
        for (ConfigKey key : KeyTable.topic().keys()) {
            String own = overrides.get(key.name());
            effective.add(new EffectiveConfig(
                    key.name(),
                    own == null ? key.defaultValue() : own,
                    false,
                    (byte) (own == null ? 5 : 1),
                    key.sensitive()));
        }
        return effective;
    }
}
