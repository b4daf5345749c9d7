package barnabas.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.config.dynamic.ConfigResource;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokerConfigRulesTest {
    private static BrokerConfigRules rules(Map<String, String> file) {
        return new BrokerConfigRules(new LiveConfig(((ParseResult.Valid) BrokerConfig.parse(file)).config()));
    }

    @Test
    void topicsInheritWhatTheFileSays() {
        assertThat(rules(Map.of("min.insync.replicas", "2")).topicDefault("min.insync.replicas"))
                .isEqualTo("2");
        assertThat(rules(Map.of()).topicDefault("unclean.leader.election.enable"))
                .isEqualTo("false");
    }

    @Test
    void earlierConfigsOfATopicCount() {
        var rules = rules(Map.of("remote.log.storage.system.enable", "true"));
        var off = Map.of("remote.storage.enable", "false");
        assertThat(rules.problem(ConfigResource.topic("t"), Map.of(), off)).isEmpty();
        assertThat(rules.problem(ConfigResource.topic("t"), Map.of("remote.storage.enable", "true"), off))
                .isPresent();
    }
}
