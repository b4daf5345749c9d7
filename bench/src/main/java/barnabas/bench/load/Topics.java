package barnabas.bench.load;

import barnabas.bench.system.RunningBroker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreateTopicsResponse;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.apache.kafka.common.requests.MetadataResponse;

/// Creating topics and waiting until they, or the broker itself, can be used.
public final class Topics {
    private static final short METADATA_VERSION = 13;
    private static final short CREATE_VERSION = 7;
    private static final short DELETE_VERSION = 6;
    private static final short LIST_OFFSETS_VERSION = 7;

    /// A topic that has a leader for every partition.
    public record Topic(String name, Uuid id, int partitions) {}

    private Topics() {}

    /// Waits until a broker answers a metadata request with itself in it.
    ///
    /// @throws IOException if it does not within the given time
    public static void awaitServing(RunningBroker broker, long deadlineNanos) throws IOException, InterruptedException {
        while (true) {
            broker.checkAlive();
            try (WireConnection connection = WireConnection.open(broker.address())) {
                MetadataResponseData answer = metadata(connection, new MetadataRequestData().setTopics(List.of()));
                if (!answer.brokers().isEmpty()) {
                    return;
                }
            } catch (IOException e) {
                if (System.nanoTime() > deadlineNanos) {
                    throw new IOException("no broker answers at " + broker.bootstrap(), e);
                }
            }
            if (System.nanoTime() > deadlineNanos) {
                throw new IOException("the broker at " + broker.bootstrap() + " does not know itself");
            }
            Thread.sleep(1);
        }
    }

    /// Creates a topic with one replica and waits for its leaders.
    public static Topic create(WireConnection connection, String name, int partitions, Map<String, String> configs)
            throws IOException, InterruptedException {
        requestCreation(connection, name, partitions, 1, configs);
        return awaitLeaders(connection, name, partitions);
    }

    /// Has a topic created; its partitions need not serve yet when this returns.
    public static void requestCreation(
            WireConnection connection, String name, int partitions, int replicas, Map<String, String> configs)
            throws IOException {
        CreateTopicsRequestData.CreatableTopic topic = new CreateTopicsRequestData.CreatableTopic()
                .setName(name)
                .setNumPartitions(partitions)
                .setReplicationFactor((short) replicas);
        configs.forEach((key, value) -> topic.configs()
                .add(new CreateTopicsRequestData.CreatableTopicConfig()
                        .setName(key)
                        .setValue(value)));
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(30_000);
        request.topics().add(topic);
        CreateTopicsResponse response =
                (CreateTopicsResponse) connection.call(ApiKeys.CREATE_TOPICS, CREATE_VERSION, request);
        response.data().topics().forEach(created -> {
            Errors error = Errors.forCode(created.errorCode());
            if (error != Errors.NONE && error != Errors.TOPIC_ALREADY_EXISTS) {
                throw error.exception(created.errorMessage());
            }
        });
    }

    /// Waits until every partition of the topic answers for itself: a leader in the metadata may still be opening its
    /// log.
    public static Topic awaitLeaders(WireConnection connection, String name, int partitions)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (System.nanoTime() < deadline) {
            Optional<Topic> found = find(connection, name);
            if (found.isPresent() && found.get().partitions() == partitions && allAnswer(connection, found.get())) {
                return found.get();
            }
            Thread.sleep(1);
        }
        throw new IOException("topic " + name + " has no leaders after a minute");
    }

    /// The topic as the metadata has it, if every partition has a leader there.
    static Optional<Topic> find(WireConnection connection, String name) throws IOException {
        MetadataResponseData answer = metadata(
                connection,
                new MetadataRequestData()
                        .setAllowAutoTopicCreation(false)
                        .setTopics(List.of(new MetadataRequestData.MetadataRequestTopic().setName(name))));
        MetadataResponseData.MetadataResponseTopic found = answer.topics().find(name);
        return found != null
                        && found.errorCode() == Errors.NONE.code()
                        && found.partitions().stream().allMatch(p -> p.errorCode() == 0 && p.leaderId() >= 0)
                ? Optional.of(
                        new Topic(name, found.topicId(), found.partitions().size()))
                : Optional.empty();
    }

    private static boolean allAnswer(WireConnection connection, Topic topic) throws IOException {
        return recordCount(connection, topic).isPresent();
    }

    /// The sum of the end offsets; empty for as long as some partition does not answer for itself.
    static OptionalLong recordCount(WireConnection connection, Topic topic) throws IOException {
        ListOffsetsRequestData.ListOffsetsTopic asked =
                new ListOffsetsRequestData.ListOffsetsTopic().setName(topic.name());
        for (int partition = 0; partition < topic.partitions(); partition++) {
            asked.partitions()
                    .add(new ListOffsetsRequestData.ListOffsetsPartition()
                            .setPartitionIndex(partition)
                            .setTimestamp(ListOffsetsRequest.LATEST_TIMESTAMP));
        }
        ListOffsetsRequestData request =
                new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(asked));
        ListOffsetsResponse response =
                (ListOffsetsResponse) connection.call(ApiKeys.LIST_OFFSETS, LIST_OFFSETS_VERSION, request);
        long sum = 0;
        for (ListOffsetsTopicResponse answered : response.topics()) {
            for (ListOffsetsPartitionResponse partition : answered.partitions()) {
                if (partition.errorCode() != Errors.NONE.code()) {
                    return OptionalLong.empty();
                }
                sum += partition.offset();
            }
        }
        return OptionalLong.of(sum);
    }

    /// Waits until a broker that is starting answers for every partition of a topic.
    ///
    /// @return the sum of the end offsets
    public static long awaitRecords(RunningBroker broker, String name, long deadlineNanos)
            throws IOException, InterruptedException {
        while (System.nanoTime() < deadlineNanos) {
            broker.checkAlive();
            try (WireConnection connection = WireConnection.open(broker.address())) {
                Optional<Topic> found = find(connection, name);
                OptionalLong records = found.isPresent() ? recordCount(connection, found.get()) : OptionalLong.empty();
                if (records.isPresent()) {
                    return records.getAsLong();
                }
            } catch (IOException | ApiException notYet) {
                // It is tried again.
            }
            Thread.sleep(2);
        }
        throw new IOException("topic " + name + " does not serve in time");
    }

    public static void delete(WireConnection connection, Topic topic) throws IOException {
        List<DeleteTopicsRequestData.DeleteTopicState> topics = new ArrayList<>();
        topics.add(new DeleteTopicsRequestData.DeleteTopicState().setName(null).setTopicId(topic.id()));
        connection.call(
                ApiKeys.DELETE_TOPICS,
                DELETE_VERSION,
                new DeleteTopicsRequestData().setTopics(topics).setTimeoutMs(30_000));
    }

    static MetadataResponseData metadata(WireConnection connection, MetadataRequestData request) throws IOException {
        return ((MetadataResponse) connection.call(ApiKeys.METADATA, METADATA_VERSION, request)).data();
    }
}
