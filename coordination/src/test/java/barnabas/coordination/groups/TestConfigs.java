package barnabas.coordination.groups;

import barnabas.config.BrokerConfig;
import barnabas.config.GroupsConfig;
import barnabas.config.ParseResult;
import java.util.Map;

final class TestConfigs {
    private TestConfigs() {}

    /// Kafka's defaults, but for some official names.
    static GroupsConfig of(Map<String, String> properties) {
        return switch (BrokerConfig.parse(properties)) {
            case ParseResult.Valid valid -> valid.config().groups();
            case ParseResult.Invalid invalid -> throw new IllegalArgumentException(invalid.toString());
        };
    }
}
