package barnabas.log;

import barnabas.protocol.Uuid;
import java.util.Map;
import java.util.Optional;

/// State in the cluster of a partition that lies in a log directory.
public enum Belonging {
    /// A replica of this broker.
    HERE,
    /// Of a topic that was deleted: the deletion was not finished.
    DELETED,
    /// Of no topic of this cluster.
    NOWHERE;

    /// The cluster, as far as a log directory has to know it.
    @FunctionalInterface
    public interface Cluster {
        /// @param topicId empty when the partition's directory says none
        Belonging belonging(TopicPartition partition, Optional<Uuid> topicId);

        /// The id of the topic that has this name now; empty without one.
        default Optional<Uuid> idOf(String topic) {
            return Optional.empty();
        }

        /// Partitions whose directory of `log.dirs` is not in use any more, with their topic ids.
        default Map<TopicPartition, Uuid> lost() {
            return Map.of();
        }
    }
}
