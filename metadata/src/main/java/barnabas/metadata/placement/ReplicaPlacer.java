package barnabas.metadata.placement;

import barnabas.metadata.image.BrokerRegistration;
import java.util.List;
import java.util.random.RandomGenerator;

/// Chooses brokers for the replicas of new partitions.
@FunctionalInterface
public interface ReplicaPlacer {
    sealed interface Placement {
        /// For each new partition its replicas, the preferred leader first.
        record Placed(List<List<Integer>> replicas) implements Placement {}

        /// In words that continue "Unable to replicate the partition n time(s): ".
        record Impossible(String reason) implements Placement {}
    }

    /// @param brokers those that take new partitions
    /// @param firstPartition the index of the first new partition: a topic that grows goes on where it stopped
    Placement place(
            List<BrokerRegistration> brokers,
            int firstPartition,
            int partitions,
            int replicationFactor,
            RandomGenerator random);
}
