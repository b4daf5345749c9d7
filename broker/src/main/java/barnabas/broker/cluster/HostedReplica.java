package barnabas.broker.cluster;

import barnabas.config.TopicConfig;
import barnabas.log.TopicPartition;
import barnabas.metadata.image.DirectoryIds;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.Uuid;
import barnabas.replication.LocalPartitions;
import barnabas.replication.PartitionState;
import org.jspecify.annotations.Nullable;

/// A replica of this broker as an image describes it.
final class HostedReplica {
    private HostedReplica() {}

    static LocalPartitions.Replica of(int brokerId, TopicImage topic, PartitionImage partition, TopicConfig config) {
        var state = new PartitionState(
                partition.leader(),
                partition.leaderEpoch(),
                partition.partitionEpoch(),
                partition.replicas(),
                partition.isr());
        return new LocalPartitions.Replica(
                new TopicPartition(topic.name(), partition.index()),
                topic.id(),
                state,
                config,
                isReplaceable(brokerId, partition),
                directoryOf(brokerId, partition));
    }

    /// The directory that the controller has recorded; null where it does not know.
    static @Nullable Uuid directoryOf(int brokerId, PartitionImage partition) {
        Uuid directory = partition.directoryOf(brokerId);
        boolean unknown = directory.equals(DirectoryIds.UNASSIGNED) || directory.equals(DirectoryIds.MIGRATING);
        return unknown ? null : directory;
    }

    /// True when another broker leads, and neither it nor the controller counts on what this one holds.
    private static boolean isReplaceable(int brokerId, PartitionImage partition) {
        return partition.hasLeader()
                && partition.leader() != brokerId
                && !partition.isr().contains(brokerId)
                && !partition.eligibleLeaderReplicas().contains(brokerId)
                && !partition.lastKnownElr().contains(brokerId);
    }
}
