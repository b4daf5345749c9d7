package barnabas.coordination.groups.consumer;

import barnabas.config.GroupsConfig;
import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.Timers;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.Uuid;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Everything around the core for consumer groups: settings, the cluster, and the shard that has the groups.
///
/// @param find the group as it is now; null when there is none of this kind
/// @param handOver puts the classic group in place that a group of this kind has become
public record ConsumerEnvironment(
        Timers timers,
        GroupMemory memory,
        Supplier<GroupsConfig> config,
        Function<String, GroupOverrides> overridesOf,
        Supplier<TopicsView> topics,
        RandomGenerator random,
        Function<String, @Nullable ConsumerGroup> find,
        HandOver handOver) {
    /// Puts a classic group in the place of a consumer group.
    public interface HandOver {
        /// Called when the records are written.
        ///
        /// @param to with everything that its members sent, of which the log has only a part
        /// @param rebalance whether the members have to find a new assignment
        Decision handOver(ConsumerGroup from, ClassicGroup to, boolean rebalance, Now now);
    }

    GroupsConfig.Consumer consumer() {
        return config.get().consumer();
    }

    TopicsView currentTopics() {
        return topics.get();
    }

    String newMemberId() {
        return Uuid.random(random).toString();
    }

    int sessionTimeoutMillis(String groupId) {
        GroupsConfig.Bounded range = consumer().sessionTimeoutMillis();
        return overridesOf.apply(groupId).sessionTimeoutMillis().orElse(range.value());
    }

    int heartbeatIntervalMillis(String groupId) {
        GroupsConfig.Bounded range = consumer().heartbeatIntervalMillis();
        return overridesOf.apply(groupId).heartbeatIntervalMillis().orElse(range.value());
    }

    int assignmentIntervalMillis(String groupId) {
        GroupsConfig.Bounded range = consumer().assignmentIntervalMillis();
        return overridesOf.apply(groupId).assignmentIntervalMillis().orElse(range.value());
    }

    /// Notes that the group has the newest topics.
    void seen(String groupId, TopicsView topics) {
        ConsumerGroup group = find.apply(groupId);
        if (group != null) group.seenTopicsVersion = topics.version();
    }
}
