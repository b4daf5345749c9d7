package barnabas.client;

import barnabas.client.Cluster.Lane;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ListOffsetsRequest;
import barnabas.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import barnabas.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import barnabas.protocol.message.ListOffsetsResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Looks up places in partitions.
public final class Offsets {
    /// @param offset -1 when there is no such place: no record is that young
    /// @param timestampMillis of the record at the place, -1 when it is not known
    public record Found(long offset, long timestampMillis) {
        /// There is no such place.
        public static final Found NONE = new Found(-1, -1);
    }

    /// Replica id with which a follower answers too, with the end of its log.
    private static final int ANY_REPLICA = -2;

    private Offsets() {}

    /// Asks the leaders of all partitions, again when one has moved.
    public static Map<TopicPartition, Found> list(
            Cluster cluster, Map<TopicPartition, OffsetSpec> wanted, IsolationLevel isolation) throws ClientException {
        var found = new TreeMap<TopicPartition, Found>();
        var open = new HashMap<>(wanted);
        var deadline = cluster.deadline();
        cluster.retrying(deadline, () -> {
            try {
                ask(cluster, open, isolation, found);
            } catch (ClientException e) {
                var topics = new HashSet<String>();
                for (var partition : open.keySet()) topics.add(partition.topic());
                if (e instanceof RequestFailedException failed && failed.error().retriable())
                    cluster.refresh(topics, false);
                throw e;
            }
            return found;
        });
        return found;
    }

    /// As [#list] for one kind of place.
    public static Map<TopicPartition, Found> list(
            Cluster cluster, Iterable<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation)
            throws ClientException {
        var wanted = new HashMap<TopicPartition, OffsetSpec>();
        for (var partition : partitions) wanted.put(partition, spec);
        return list(cluster, wanted, isolation);
    }

    /// The ends of the logs of one replica's broker, which may lead the partitions or follow; partitions that it does
    /// not have are left out.
    public static Map<TopicPartition, Long> logEnds(Cluster cluster, int brokerId, Iterable<TopicPartition> partitions)
            throws ClientException {
        var byTopic = new TreeMap<String, List<ListOffsetsPartition>>();
        for (var each : partitions)
            byTopic.computeIfAbsent(each.topic(), topic -> new ArrayList<>())
                    .add(ListOffsetsPartition.builder()
                            .partitionIndex(each.partition())
                            .timestamp(new OffsetSpec.Latest().query())
                            .build());
        var topics = new ArrayList<ListOffsetsTopic>();
        byTopic.forEach((topic, asked) -> topics.add(new ListOffsetsTopic(topic, asked)));
        var request = ListOffsetsRequest.builder()
                .replicaId(ANY_REPLICA)
                .topics(topics)
                .timeoutMs((int) cluster.options().requestTimeout().toMillis())
                .build();
        var ends = new TreeMap<TopicPartition, Long>();
        var response = cluster.broker(brokerId, Lane.CALLS).call(request, ListOffsetsResponse.class);
        for (var topic : response.topics())
            for (var each : topic.partitions())
                if (each.errorCode() == ErrorCode.NONE.code())
                    ends.put(new TopicPartition(topic.name(), each.partitionIndex()), each.offset());
        return ends;
    }

    /// Moves what it finds from `open` to `found`.
    private static void ask(
            Cluster cluster,
            Map<TopicPartition, OffsetSpec> open,
            IsolationLevel isolation,
            Map<TopicPartition, Found> found)
            throws ClientException {
        var byLeader = new HashMap<Integer, Map<String, List<ListOffsetsPartition>>>();
        for (var each : open.entrySet()) {
            var partition = each.getKey();
            byLeader.computeIfAbsent(cluster.leaderId(partition), leader -> new TreeMap<>())
                    .computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(ListOffsetsPartition.builder()
                            .partitionIndex(partition.partition())
                            .timestamp(each.getValue().query())
                            .build());
        }
        RequestFailedException failure = null;
        for (var each : byLeader.entrySet()) {
            var topics = new ArrayList<ListOffsetsTopic>();
            each.getValue().forEach((topic, partitions) -> topics.add(new ListOffsetsTopic(topic, partitions)));
            var request = ListOffsetsRequest.builder()
                    .replicaId(-1)
                    .isolationLevel(isolation.code())
                    .topics(topics)
                    .timeoutMs((int) cluster.options().requestTimeout().toMillis())
                    .build();
            var response = cluster.broker(each.getKey(), Lane.CALLS).call(request, ListOffsetsResponse.class);
            for (var topic : response.topics()) {
                for (var result : topic.partitions()) {
                    var partition = new TopicPartition(topic.name(), result.partitionIndex());
                    if (result.errorCode() != ErrorCode.NONE.code()) {
                        failure = new RequestFailedException("offsets of " + partition, result.errorCode(), null);
                    } else if (open.remove(partition) != null) {
                        found.put(partition, new Found(result.offset(), result.timestamp()));
                    }
                }
            }
        }
        if (failure != null) throw failure;
        if (!open.isEmpty()) {
            throw new RequestFailedException(
                    "offsets of " + open.keySet().iterator().next(),
                    ErrorCode.UNKNOWN_SERVER_ERROR,
                    "the answer leaves it out");
        }
    }
}
