package barnabas.replication.throttle;

import barnabas.base.Clock;
import barnabas.config.QuotasConfig;
import barnabas.config.TopicConfig;
import barnabas.protocol.Uuid;
import java.util.function.Supplier;

/// The throttles of a broker's replication, both sides of it.
public record ReplicationThrottles(ReplicationThrottle leader, ReplicationThrottle follower) {
    public ReplicationThrottles(int brokerId, Clock clock) {
        this(new ReplicationThrottle(brokerId, clock), new ReplicationThrottle(brokerId, clock));
    }

    /// @param quotas with the present rates
    public void limit(Supplier<QuotasConfig> quotas) {
        QuotasConfig.ReplicationWindow window = quotas.get().replication();
        leader.limit(
                window.samples(), window.sampleSeconds(), () -> quotas.get().leaderThrottledBytesPerSecond());
        follower.limit(
                window.samples(), window.sampleSeconds(), () -> quotas.get().followerThrottledBytesPerSecond());
    }

    public void configure(Uuid topicId, TopicConfig.Replication config) {
        leader.name(topicId, config.leaderThrottledReplicas());
        follower.name(topicId, config.followerThrottledReplicas());
    }

    public void forget(Uuid topicId) {
        leader.forget(topicId);
        follower.forget(topicId);
    }
}
