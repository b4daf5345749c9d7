package barnabas.broker.cluster;

import barnabas.config.dynamic.ConfigDescriptions;
import barnabas.config.dynamic.ConfigResource;
import barnabas.config.dynamic.DynamicConfigs;
import barnabas.metadata.controller.ConfigRules;
import barnabas.metadata.decision.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Configuration rules of the controller, from the tables of official names.
public final class BrokerConfigRules implements ConfigRules {
    private final LiveConfig config;

    public BrokerConfigRules(LiveConfig config) {
        this.config = config;
    }

    @Override
    public Optional<Refusal> problem(
            ConfigResource resource, Map<String, String> present, Map<String, String> configs) {
        return Optional.ofNullable(DynamicConfigs.problem(resource, present, configs, config.current()))
                .map(Refusal::of);
    }

    @Override
    public @Nullable String topicDefault(String name) {
        return config.current().value(name);
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
