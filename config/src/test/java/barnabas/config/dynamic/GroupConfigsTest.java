package barnabas.config.dynamic;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.BrokerConfig;
import barnabas.config.GroupConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Cases that the recorded sessions do not reach.
class GroupConfigsTest {
    @Test
    void aGroupsValueBeyondTheLimitsCountsAsTheLimit() {
        GroupConfig group = GroupConfigs.effective(
                Map.of(
                        "consumer.session.timeout.ms", "1",
                        "consumer.heartbeat.interval.ms", "500000",
                        "share.delivery.count.limit", "99",
                        "streams.num.standby.replicas", "9",
                        "streams.task.offset.interval.ms", "1"),
                BrokerConfig.defaults());
        assertThat(group.consumer().sessionTimeoutMillis()).isEqualTo(45_000);
        assertThat(group.consumer().heartbeatIntervalMillis()).isEqualTo(15_000);
        assertThat(group.share().deliveryCountMax()).isEqualTo(10);
        assertThat(group.streams().standbyReplicas()).isEqualTo(2);
        assertThat(group.streams().taskOffsetIntervalMillis()).isEqualTo(15_000);
        assertThat(group.streams().assignor()).isEqualTo("sticky");
    }

    @Test
    void aHeartbeatFitsIntoTheSession() {
        BrokerConfig broker = BrokerConfig.defaults()
                .withDynamic(Map.of("group.consumer.max.heartbeat.interval.ms", "100000"), Map.of());
        assertThat(GroupConfigs.problemWith(Map.of("consumer.heartbeat.interval.ms", "45000"), broker))
                .contains("consumer.session.timeout.ms must be greater than consumer.heartbeat.interval.ms");
        assertThat(GroupConfigs.problemWith(Map.of("streams.rack.aware.assignment.tags", "a,a"), broker))
                .contains("streams.rack.aware.assignment.tags must not contain duplicate tag keys.");
    }

    @Test
    void aSubscriptionIsReadFromItsOverrides() {
        var subscription = ClientMetricsConfigs.subscription(
                Map.of("interval.ms", "1000", "metrics", "a.,b.", "match", "client_id=x.*, client_source_port=9"));
        assertThat(subscription.intervalMillis()).isEqualTo(1_000);
        assertThat(subscription.metrics()).containsExactly("a.", "b.");
        assertThat(subscription.selectors()).containsOnlyKeys("client_id", "client_source_port");
        assertThat(subscription.selectors().get("client_id").matches("xyz")).isTrue();
    }
}
