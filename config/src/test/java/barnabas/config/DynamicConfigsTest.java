package barnabas.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the recorded sessions do not reach.
class DynamicConfigsTest {
    private static final BrokerConfig BROKER = BrokerConfig.defaults();

    @Test
    void threadPoolsChangeByAtMostTwo() {
        assertThat(DynamicConfigs.changeBroker(List.of(ConfigChange.set("num.io.threads", "17")), BROKER))
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_REQUEST,
                        "Dynamic thread count update validation failed for num.io.threads=17, value should not be greater "
                                + "than double the current value 8"));
        assertThat(DynamicConfigs.changeBroker(List.of(ConfigChange.set("num.io.threads", "3")), BROKER))
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_REQUEST,
                        "Dynamic thread count update validation failed for num.io.threads=3, value should be at least half "
                                + "the current value 8"));
    }

    @Test
    void theOlderAlterationReplacesEverything() {
        Map<String, String> current = Map.of("retention.ms", "5", "cleanup.policy", "compact");
        var changes = ConfigChange.replacing(current, Map.of("retention.ms", "6", "segment.bytes", "1048576"));
        assertThat(DynamicConfigs.changeTopic(current, changes, BROKER))
                .isEqualTo(new ChangeResult.Changed(Map.of("retention.ms", "6", "segment.bytes", "1048576")));
    }

    @Test
    void aRefusedChangeSaysWhichErrorItIs() {
        assertThat(DynamicConfigs.changeTopic(
                        Map.of(), List.of(new ConfigChange("retention.ms", ConfigChange.Operation.SET, null)), BROKER))
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_REQUEST, "Null value not supported for : retention.ms"));
        assertThat(DynamicConfigs.changeTopic(Map.of(), List.of(ConfigChange.set("nope", "1")), BROKER))
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_CONFIG, "Unknown topic config name: nope"));
    }

    @Test
    void brokerIdsAreNumbers() {
        assertThat(ConfigResource.problemWithAltering(ConfigResource.Type.BROKER, "one"))
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_REQUEST, "Unable to parse broker name as a base 10 number."));
        assertThat(ConfigResource.problemWithAltering(ConfigResource.Type.BROKER, ""))
                .isNull();
        assertThat(ConfigResource.problemWithDescribing(ConfigResource.Type.GROUP, ""))
                .isEqualTo(
                        new ChangeResult.Refused(ChangeResult.Reason.INVALID_REQUEST, "Group name must not be empty"));
    }
}
