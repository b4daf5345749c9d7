package barnabas.broker.cluster;

import barnabas.log.Belonging;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.util.List;
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
    public void matchWith(List<LogDirectory> directories) {
        for (LogDirectory directory : directories) {
            try {
                directory.matchWith(this);
            } catch (IOException e) {
                LOG.warn("{} has partitions of other topics that could not be set aside", directory.path(), e);
            }
        }
        for (LogDirectory directory : directories) {
            try {
                directory.keepLost(this, partition -> isIn(directories, partition));
            } catch (IOException e) {
                LOG.warn("{} lacks partitions that could not be noted", directory.path(), e);
            }
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
