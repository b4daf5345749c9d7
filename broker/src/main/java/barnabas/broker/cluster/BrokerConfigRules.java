package barnabas.broker.cluster;

import barnabas.config.BrokerConfig;
import barnabas.config.ChangeResult;
import barnabas.config.ClientMetricsConfigs;
import barnabas.config.ConfigDescriptions;
import barnabas.config.ConfigKey;
import barnabas.config.ConfigType;
import barnabas.config.DynamicConfigs;
import barnabas.config.GroupConfigs;
import barnabas.config.KeyTable;
import barnabas.config.TopicConfigs;
import barnabas.metadata.controller.ConfigRules;
import barnabas.metadata.controller.Refusal;
import barnabas.metadata.image.ConfigResource;
import barnabas.protocol.ErrorCode;
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
    public Optional<Refusal> problem(ConfigResource resource, Map<String, String> configs, List<String> changed) {
        BrokerConfig broker = config.current();
        return switch (resource.type()) {
            case TOPIC -> TopicConfigs.problemWith(configs, broker).map(BrokerConfigRules::invalid);
            case GROUP -> GroupConfigs.problemWith(configs, broker).map(BrokerConfigRules::invalid);
            case CLIENT_METRICS -> refusal(ClientMetricsConfigs.problem(configs));
            case BROKER ->
                refusal(
                        resource.name().isEmpty()
                                ? DynamicConfigs.problemWithClusterWide(configs, broker)
                                : DynamicConfigs.problemWithBroker(configs, broker));
            case BROKER_LOGGER -> Optional.empty();
        };
    }

    private static Refusal invalid(String problem) {
        return new Refusal(ErrorCode.INVALID_CONFIG, problem);
    }

    private static Optional<Refusal> refusal(ChangeResult.@Nullable Refused refused) {
        if (refused == null) return Optional.empty();
        ErrorCode error = switch (refused.reason()) {
            case INVALID_CONFIG -> ErrorCode.INVALID_CONFIG;
            case INVALID_REQUEST -> ErrorCode.INVALID_REQUEST;
        };
        return Optional.of(new Refusal(error, refused.message()));
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
        return ConfigDescriptions.topic(overrides, config.current()).stream()
                .map(each -> new EffectiveConfig(
                        each.name(),
                        each.value(),
                        each.readOnly(),
                        each.source().code(),
                        each.sensitive()))
                .toList();
    }
}
