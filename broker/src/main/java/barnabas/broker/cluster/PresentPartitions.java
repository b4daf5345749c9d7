package barnabas.broker.cluster;

import barnabas.base.Disk;
import barnabas.log.Belonging;
import barnabas.log.TopicPartition;
import barnabas.log.directory.DoubledPartitions;
import barnabas.log.directory.LogDirectory;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.DirectoryIds;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.Uuid;
import barnabas.replication.placement.UnusableDirectories.Unusable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compares the partitions that lie in the log directories at a start with the cluster's image, by topic id: a crash
/// may have come between the deletion of a topic and that of its directories, and a directory may come from a backup
/// or from another cluster. Only what the image knows is opened.
///
/// @param deleted topics whose deletion is known; what is left of them goes
public record PresentPartitions(int brokerId, ClusterImage image, Set<Uuid> deleted) implements Belonging.Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(PresentPartitions.class);

    /// Before any log is opened. A directory that can not be changed keeps what it has; nothing of another topic is
    /// opened all the same.
    ///
    /// @param unusable directories of `log.dirs` beside these
    /// @return reasons not to start, one line each: with acknowledged records out of sight, an empty partition
    ///     of the same name would be made
    public List<String> matchWith(List<LogDirectory> directories, List<Unusable> unusable, Disk disk) {
        for (LogDirectory directory : directories) {
            try {
                directory.matchWith(this);
            } catch (IOException e) {
                LOG.warn("{} has partitions of other topics that could not be set aside", directory.path(), e);
            }
        }
        var problems = new ArrayList<String>();
        try {
            problems.addAll(DoubledPartitions.settle(directories, disk));
        } catch (IOException e) {
            problems.add("Partitions that lie in two directories of log.dirs cannot be looked at: " + e);
        }
        // no notes for what lies in a directory that is only out of service
        var withLost = new WithLost(this, unusable.isEmpty() ? lostWithTheirDirectories(directories) : new HashMap<>());
        for (LogDirectory directory : directories) {
            try {
                directory.keepLost(withLost, partition -> isIn(directories, partition));
            } catch (IOException e) {
                problems.add("Data directory " + directory.path() + " lacks partitions that cannot be noted: " + e);
            }
        }
        return problems;
    }

    /// Partitions of this broker that lie in none of these directories, by topic id.
    public Map<Uuid, Set<TopicPartition>> inNone(List<LogDirectory> directories) {
        var missing = new HashMap<Uuid, Set<TopicPartition>>();
        for (TopicImage topic : image.topicsByName()) {
            for (PartitionImage partition : topic.partitions()) {
                var name = new TopicPartition(topic.name(), partition.index());
                if (partition.replicas().contains(brokerId) && !isIn(directories, name))
                    missing.computeIfAbsent(topic.id(), _ -> new HashSet<>()).add(name);
            }
        }
        return missing;
    }

    /// Partitions in no directory, when one of the last registration is not here, or the one that the controller has
    /// recorded for them: a disk that is not mounted. A registration without a directory that could not be used has
    /// forgotten it. Those with other replicas are copied from them.
    private Map<TopicPartition, Uuid> lostWithTheirDirectories(List<LogDirectory> directories) {
        var gone = new ArrayList<>(
                image.broker(brokerId).map(BrokerRegistration::logDirs).orElse(List.of()));
        for (LogDirectory each : directories) gone.remove(each.directoryId());
        var lost = new HashMap<TopicPartition, Uuid>();
        for (TopicImage topic : image.topicsByName()) {
            for (PartitionImage partition : topic.partitions()) {
                if (gone.isEmpty() && !isRecordedElsewhere(partition, directories)) continue;
                var name = new TopicPartition(topic.name(), partition.index());
                if (isLost(partition) && !isIn(directories, name)) lost.put(name, topic.id());
            }
        }
        return lost;
    }

    private boolean isRecordedElsewhere(PartitionImage partition, List<LogDirectory> directories) {
        Uuid recorded = HostedReplica.directoryOf(brokerId, partition);
        if (recorded == null) return false;
        for (LogDirectory each : directories) if (each.directoryId().equals(recorded)) return false;
        return true;
    }

    /// Others have the records of a partition with several replicas, unless the controller counts on this one; where it
    /// has the directory recorded, nothing is opened in place of the log that is gone.
    private boolean isLost(PartitionImage partition) {
        return partition.replicas().equals(List.of(brokerId))
                || (partition.isr().contains(brokerId)
                        && partition.directoryOf(brokerId).equals(DirectoryIds.UNASSIGNED));
    }

    private record WithLost(PresentPartitions present, Map<TopicPartition, Uuid> lost) implements Belonging.Cluster {
        @Override
        public Belonging belonging(TopicPartition partition, Optional<Uuid> topicId) {
            return present.belonging(partition, topicId);
        }
    }

    private static boolean isIn(List<LogDirectory> directories, TopicPartition partition) {
        for (LogDirectory each : directories) if (each.holds(partition)) return true;
        return false;
    }

    @Override
    public Belonging belonging(TopicPartition partition, Optional<Uuid> topicId) {
        if (topicId.isPresent() && deleted.contains(topicId.get())) return Belonging.DELETED;
        Optional<TopicImage> topic = topicId.isPresent() ? image.topic(topicId.get()) : image.topic(partition.topic());
        boolean here = topic.isPresent()
                && topic.get().name().equals(partition.topic())
                && isHere(image.partition(topic.get().id(), partition.partition()));
        return here ? Belonging.HERE : Belonging.NOWHERE;
    }

    @Override
    public Optional<Uuid> idOf(String topic) {
        return image.topic(topic).map(TopicImage::id);
    }

    private boolean isHere(Optional<PartitionImage> partition) {
        return partition.isPresent() && partition.get().replicas().contains(brokerId);
    }
}
