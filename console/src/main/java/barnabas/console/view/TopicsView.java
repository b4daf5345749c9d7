package barnabas.console.view;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ConnectionException;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.LogAdmin;
import barnabas.client.admin.LogAdmin.Directory;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.MetadataResponse;
import barnabas.protocol.message.MetadataResponse.MetadataResponsePartition;
import barnabas.protocol.message.MetadataResponse.MetadataResponseTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/// All topics that a user may see. Immutable.
///
/// @param topics by name
/// @param hasSizes whether the user may see sizes
public record TopicsView(Map<String, Topic> topics, boolean hasSizes) {
    private static final Duration WAIT_MAX = Duration.ofSeconds(3);

    /// A topic in a list.
    ///
    /// @param replicas of its first partition
    /// @param underReplicated partitions with a replica that is not in sync
    /// @param offline partitions without a leader
    /// @param bytes of all replicas; 0 where the user may not see sizes
    public record Topic(
            String name,
            boolean internal,
            int partitions,
            int replicas,
            int underReplicated,
            int offline,
            long bytes) {}

    static TopicsView load(Cluster cluster, List<Directory> directories) throws ClientException {
        MetadataResponse response = cluster.refresh(null, false);
        Map<String, Long> bytes = new HashMap<>();
        for (Directory each : directories)
            each.partitions().forEach((partition, size) -> bytes.merge(partition.topic(), size, Long::sum));
        var topics = new TreeMap<String, Topic>();
        for (MetadataResponseTopic each : response.topics()) {
            String name = each.name();
            if (name == null || each.errorCode() != ErrorCode.NONE.code()) continue;
            topics.put(name, topic(each, name, bytes.getOrDefault(name, 0L)));
        }
        return new TopicsView(topics, !directories.isEmpty());
    }

    private static Topic topic(MetadataResponseTopic topic, String name, long bytes) {
        int under = 0;
        int offline = 0;
        for (MetadataResponsePartition each : topic.partitions()) {
            if (each.isrNodes().size() < each.replicaNodes().size()) under++;
            if (each.leaderId() < 0) offline++;
        }
        int replicas = topic.partitions().isEmpty()
                ? 0
                : topic.partitions().getFirst().replicaNodes().size();
        return new Topic(name, topic.isInternal(), topic.partitions().size(), replicas, under, offline, bytes);
    }

    /// Directories of the brokers that answer in time; none without the right to see them.
    static List<Directory> directories(Cluster cluster, Executor executor) throws ClientException {
        var _ = cluster.refresh(List.of(), false);
        var admin = new LogAdmin(cluster);
        var directories = new ArrayList<Directory>();
        for (EachBroker.Answer<List<Directory>> each : EachBroker.ask(
                        cluster.metadata().brokers().keySet(), WAIT_MAX, executor, admin::directories)
                .values()) {
            switch (each) {
                case EachBroker.Answer.Value(List<Directory> found) -> directories.addAll(found);
                case EachBroker.Answer.Refusal(ClientException why) -> {
                    if (isOfUser(why)) return List.of();
                }
            }
        }
        return directories;
    }

    /// Whether the user may not see directories. Otherwise the broker has just stopped, or one of its disks is broken;
    /// the others have theirs.
    private static boolean isOfUser(ClientException why) throws ClientException {
        if (why instanceof ConnectionException) return false;
        if (!(why instanceof RequestFailedException refused)) throw why;
        if (refused.error() == ErrorCode.CLUSTER_AUTHORIZATION_FAILED) return true;
        if (refused.error() != ErrorCode.KAFKA_STORAGE_ERROR) throw why;
        return false;
    }

    /// Numbers of all partitions of a topic.
    static List<TopicPartition> partitions(String topic, int count) {
        var partitions = new ArrayList<TopicPartition>(count);
        for (int i = 0; i < count; i++) partitions.add(new TopicPartition(topic, i));
        return partitions;
    }
}
