package barnabas.coordination.groups;

import barnabas.config.BrokerConfig;
import barnabas.config.GroupsConfig;

final class TestConfigs {
    private TestConfigs() {}

    /// Kafka's defaults.
    static GroupsConfig defaults() {
        return BrokerConfig.defaults().groups();
    }
}
