package barnabas.client;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.MetadataResponse;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Brokers of a cluster and the topics that were requested from it. Immutable.
///
/// @param clusterId empty when the broker does not say
/// @param controllerId -1 when there is none
/// @param brokers by id
/// @param topics by name, in their order
public record ClusterMetadata(
        String clusterId, int controllerId, Map<Integer, Broker> brokers, Map<String, Topic> topics) {
    static final ClusterMetadata EMPTY = new ClusterMetadata("", -1, Map.of(), Map.of());

    public record Broker(int id, Address address, @Nullable String rack) {}

    /// A topic with all its partitions.
    ///
    /// @param id [Uuid#ZERO] from brokers that have no topic ids
    /// @param partitions in the order of their numbers, without gaps
    public record Topic(String name, Uuid id, boolean internal, List<Partition> partitions) {}

    /// A partition and who holds it.
    ///
    /// @param leaderId -1 without a leader
    /// @param leaderEpoch -1 from brokers that do not say
    public record Partition(
            int index,
            int leaderId,
            int leaderEpoch,
            List<Integer> replicas,
            List<Integer> inSyncReplicas,
            List<Integer> offlineReplicas) {}

    /// This view before an answer about all topics: those that it does not have are gone.
    ClusterMetadata withoutTopics() {
        return new ClusterMetadata(clusterId, controllerId, brokers, new TreeMap<>());
    }

    /// This view with what a newer answer says. Topics that the answer reports with an error are forgotten.
    ///
    /// @param detours addresses that take the place of advertised ones, by broker id
    ClusterMetadata updatedBy(MetadataResponse response, Map<Integer, Address> detours) {
        var newBrokers = new TreeMap<Integer, Broker>();
        for (var each : response.brokers()) {
            Address advertised = new Address(each.host(), each.port());
            newBrokers.put(
                    each.nodeId(),
                    new Broker(each.nodeId(), detours.getOrDefault(each.nodeId(), advertised), each.rack()));
        }
        var newTopics = new TreeMap<>(topics);
        for (var each : response.topics()) {
            if (each.name() == null) continue;
            if (each.errorCode() == ErrorCode.NONE.code()) newTopics.put(each.name(), topicOf(each));
            else newTopics.remove(each.name());
        }
        return new ClusterMetadata(
                response.clusterId() == null ? "" : response.clusterId(),
                response.controllerId(),
                newBrokers,
                newTopics);
    }

    private static Topic topicOf(MetadataResponse.MetadataResponseTopic topic) {
        var partitions = topic.partitions().stream()
                .map(each -> new Partition(
                        each.partitionIndex(),
                        each.leaderId(),
                        each.leaderEpoch(),
                        each.replicaNodes(),
                        each.isrNodes(),
                        each.offlineReplicas()))
                .sorted(Comparator.comparingInt(Partition::index))
                .toList();
        return new Topic(String.valueOf(topic.name()), topic.topicId(), topic.isInternal(), partitions);
    }
}
