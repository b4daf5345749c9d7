package barnabas.coordination.groups.assignors;

import barnabas.protocol.Uuid;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Decides which member should get which partition. Pure.
public interface Assignor {
    /// As in `group.consumer.assignors` and in heartbeats.
    String name();

    /// Input of an assignment.
    ///
    /// @param members by member id
    /// @param partitionCounts of all topics that anybody subscribes to and that exist
    record Situation(
            SortedMap<String, Subscriber> members, SortedMap<Uuid, Integer> partitionCounts, Replicas replicas) {}

    /// Racks that have replicas of partitions.
    interface Replicas {
        /// The racks of a partition's replicas; empty when brokers have no racks.
        Set<String> racks(Uuid topic, int partition);
    }

    /// One member.
    ///
    /// @param rackId where it is; it would rather read from there
    /// @param topics that it subscribes to and that exist
    /// @param has its target so far, partitions by topic; topics may be gone or no longer wanted
    record Subscriber(
            @Nullable String instanceId, @Nullable String rackId, Set<Uuid> topics, Map<Uuid, Set<Integer>> has) {}

    /// Partitions by topic for every member. Every partition of a topic with subscribers goes to exactly one of
    /// them.
    Map<String, Map<Uuid, Set<Integer>>> assign(Situation situation);

    /// Those that come with the broker, by default the first one is used.
    static List<Assignor> all() {
        return List.of(new UniformAssignor(), new RangeAssignor());
    }
}
