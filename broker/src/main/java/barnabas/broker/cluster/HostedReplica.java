package barnabas.broker.cluster;

import barnabas.config.TopicConfig;
import barnabas.log.TopicPartition;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.replication.LocalPartitions;
import barnabas.replication.PartitionState;

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
                isReplaceable(brokerId, partition));
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
