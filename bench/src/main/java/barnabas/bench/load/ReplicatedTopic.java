package barnabas.bench.load;

import barnabas.bench.load.Topics.Topic;
import barnabas.bench.system.RunningCluster;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.Errors;

/// A topic of one partition with a replica on every node of a cluster.
///
/// @param leader id of the node that leads the partition
public record ReplicatedTopic(Topic topic, int leader) {
    /// Of a cluster of three.
    public static final Map<String, String> CONFIG = Map.of("min.insync.replicas", "2");

    private static final long PAUSE_MILLIS = 2;

    /// Creates the topic as soon as all nodes are there, and waits until it serves with all replicas in sync.
    public static ReplicatedTopic create(RunningCluster cluster, String name, long deadlineNanos)
            throws IOException, InterruptedException {
        return await(cluster, name, true, deadlineNanos);
    }

    /// Waits until the topic serves with all replicas in sync.
    public static ReplicatedTopic await(RunningCluster cluster, String name, long deadlineNanos)
            throws IOException, InterruptedException {
        return await(cluster, name, false, deadlineNanos);
    }

    private static ReplicatedTopic await(RunningCluster cluster, String name, boolean create, long deadlineNanos)
            throws IOException, InterruptedException {
        int replicas = cluster.nodes().size();
        boolean wanted = create;
        Exception last = null;
        while (System.nanoTime() < deadlineNanos) {
            cluster.checkAlive();
            try (WireConnection connection = WireConnection.open(cluster.node(1).address())) {
                if (wanted) Topics.requestCreation(connection, name, 1, replicas, CONFIG);
                wanted = false;
                Optional<ReplicatedTopic> found = find(connection, name, replicas);
                if (found.isPresent() && leads(cluster, found.get())) return found.get();
            } catch (IOException | ApiException notYet) {
                last = notYet;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        throw new IOException("topic " + name + " does not have " + replicas + " replicas in sync in time", last);
    }

    /// A leader in the metadata may still be opening its log.
    private static boolean leads(RunningCluster cluster, ReplicatedTopic found) throws IOException {
        try (WireConnection connection =
                WireConnection.open(cluster.node(found.leader()).address())) {
            return Topics.recordCount(connection, found.topic()).isPresent();
        }
    }

    private static Optional<ReplicatedTopic> find(WireConnection connection, String name, int replicas)
            throws IOException {
        MetadataResponseTopic found = Topics.metadata(
                        connection,
                        new MetadataRequestData()
                                .setAllowAutoTopicCreation(false)
                                .setTopics(List.of(new MetadataRequestData.MetadataRequestTopic().setName(name))))
                .topics()
                .find(name);
        if (found == null || found.errorCode() != Errors.NONE.code()) return Optional.empty();
        MetadataResponsePartition partition = found.partitions().getFirst();
        return partition.leaderId() > 0 && partition.isrNodes().size() == replicas
                ? Optional.of(new ReplicatedTopic(new Topic(name, found.topicId(), 1), partition.leaderId()))
                : Optional.empty();
    }
}
