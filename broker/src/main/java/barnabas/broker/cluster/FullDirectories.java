package barnabas.broker.cluster;

import barnabas.base.Clock;
import barnabas.broker.follow.Replication;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.DirectoryIds;
import barnabas.metadata.image.PartitionImage;
import barnabas.protocol.Uuid;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Directories of this broker that are full, and the replicas in them that stand aside: others lead their partitions,
/// and no producer waits for them. To the controller they lie in a lost directory meanwhile (KIP-858), which takes them
/// out of the in-sync replicas.
///
/// Owner: the lock of [ReplicaChanges].
final class FullDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(FullDirectories.class);

    private final int brokerId;
    private final LocalPartitions partitions;
    private final Replication replication;
    private final Shortages shortages;
    private final Set<Partition> aside = new HashSet<>();

    FullDirectories(LocalPartitions partitions, Replication replication, Clock clock) {
        this.brokerId = partitions.brokerId();
        this.partitions = partitions;
        this.replication = replication;
        this.shortages = new Shortages(clock);
    }

    /// Lets replicas stand aside when a shortage in their directory lasts, and come back when it is over.
    void check(ClusterImage image) {
        for (LogDirectory each : partitions.directories()) check(each, image);
    }

    private void check(LogDirectory directory, ClusterImage image) {
        Uuid id = directory.directoryId();
        if (directory.takeShortage()) {
            if (shortages.lasts(id)) standAside(directory, image);
        } else if (shortages.isQuiet(id) && directory.hasSpace()) {
            shortages.over(id);
            comeBack(directory);
        }
    }

    private void standAside(LogDirectory directory, ClusterImage image) {
        if (!image.features().metadataVersion().recordsDirectories()) return;
        int count = 0;
        for (Partition each : partitions.all()) {
            if (aside.contains(each) || partitions.directoryOf(each) != directory || !goesOnWithout(each, image))
                continue;
            aside.add(each);
            replication.left(each.topicId(), each.topicPartition());
            replication.liesIn(each, DirectoryIds.LOST);
            count++;
        }
        if (count > 0)
            LOG.warn("{} is full: {} replicas leave the in-sync replicas until it has space", directory.path(), count);
    }

    /// The replica is in sync, and enough others are.
    private boolean goesOnWithout(Partition partition, ClusterImage cluster) {
        TopicPartition name = partition.topicPartition();
        PartitionImage image =
                cluster.partition(partition.topicId(), name.partition()).orElse(null);
        if (image == null || !image.isr().contains(brokerId)) return false;
        int others = 0;
        for (int id : image.isr()) {
            BrokerRegistration broker = cluster.nodes().brokers().find(id);
            if (id != brokerId && broker != null && broker.isActive() && broker.isOnline(image.directoryOf(id)))
                others++;
        }
        int needed = Math.min(partition.minInSyncReplicas(), image.replicas().size());
        return others >= Math.max(1, needed);
    }

    private void comeBack(LogDirectory directory) {
        int count = 0;
        for (Partition each : partitions.all()) {
            if (partitions.directoryOf(each) != directory || !aside.remove(each)) continue;
            replication.changed(each);
            replication.liesIn(each, directory.directoryId());
            count++;
        }
        if (count > 0) LOG.info("{} has space again: {} replicas are followers again", directory.path(), count);
    }

    boolean isAside(Partition partition) {
        return aside.contains(partition);
    }

    /// The replica lies in another directory now.
    void moved(Partition partition) {
        if (aside.remove(partition)) replication.changed(partition);
    }

    /// The topic is deleted, or the replica has left.
    void forget(Predicate<Partition> gone) {
        aside.removeIf(gone);
    }
}
