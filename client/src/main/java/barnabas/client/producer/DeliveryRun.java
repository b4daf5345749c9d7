package barnabas.client.producer;

import barnabas.base.Deadline;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Lane;
import barnabas.client.Connection;
import barnabas.client.ConnectionException;
import barnabas.client.RequestFailedException;
import barnabas.client.StoppedException;
import barnabas.client.TopicPartition;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.InitProducerIdRequest;
import barnabas.protocol.message.InitProducerIdResponse;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.message.ProduceResponse.PartitionProduceResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One exchange with a leader: batches go out, outcomes come back. Knows the wire; the queues are the
/// producer's.
final class DeliveryRun {
    /// A broker that waits for replicas answers a little later than its timeout.
    private static final Duration ANSWER_GRACE = Duration.ofSeconds(5);

    /// Result of sending one batch.
    sealed interface Outcome {
        /// @param offset -1 when it is not known
        record Arrived(long offset, long logAppendTime) implements Outcome {}

        /// It may work later.
        record Again(ClientException reason, boolean askForLeader) implements Outcome {}

        record TooLarge(ClientException reason) implements Outcome {}

        /// @param identityLost the broker and this producer may disagree about sequence numbers
        record Refused(ClientException reason, boolean identityLost) implements Outcome {}
    }

    private final Cluster cluster;
    private final ProducerOptions options;
    private final ReentrantLock identifying = new ReentrantLock();
    private volatile @Nullable ProducerIdentity identity;

    DeliveryRun(Cluster cluster, ProducerOptions options) {
        this.cluster = cluster;
        this.options = options;
    }

    /// Identity of this producer, requested at the first use. The lock is held across the request on purpose: all
    /// threads wait for the one answer.
    ProducerIdentity identity() throws ClientException {
        var known = identity;
        if (known != null) return known;
        identifying.lock();
        try {
            known = identity;
            if (known != null) return known;
            var deadline =
                    Deadline.in(options.requestTimeout(), cluster.options().clock());
            known = cluster.retrying(deadline, this::askForIdentity);
            identity = known;
            return known;
        } finally {
            identifying.unlock();
        }
    }

    private ProducerIdentity askForIdentity() throws ClientException {
        var request = InitProducerIdRequest.builder()
                .transactionalId(null)
                .transactionTimeoutMs(Integer.MAX_VALUE)
                .build();
        var response = cluster.any().call(request, InitProducerIdResponse.class);
        if (response.errorCode() != 0) {
            throw new RequestFailedException("ask for a producer id", response.errorCode(), null);
        }
        return new ProducerIdentity(response.producerId(), response.producerEpoch());
    }

    /// The next batch without sequence numbers gets those of a new identity.
    void forget(@Nullable ProducerIdentity lost) {
        if (lost != null && lost.equals(identity)) identity = null;
    }

    /// Sends batches of different partitions to their leader and waits for its answer.
    Map<TopicPartition, Outcome> run(int leader, List<Batch> batches) throws ClientException {
        var outcomes = new HashMap<TopicPartition, Outcome>();
        var topicIds = topicIds(batches);
        var connection = cluster.broker(leader, Lane.CALLS);
        var request = request(batches, topicIds);
        if (options.acks() == ProducerOptions.Acks.NONE) {
            connection.sendOneWay(request);
            for (var batch : batches) outcomes.put(batch.partition, new Outcome.Arrived(-1, -1));
            return outcomes;
        }
        var response = answer(connection, request);
        for (var topic : response.responses()) {
            String name = topic.name().isEmpty() ? nameOf(topicIds, topic.topicId()) : topic.name();
            if (name == null) continue;
            for (var partition : topic.partitionResponses()) {
                var key = new TopicPartition(name, partition.index());
                outcomes.put(key, outcome(key, partition));
            }
        }
        return outcomes;
    }

    private ProduceResponse answer(Connection connection, ProduceRequest request) throws ClientException {
        var pending = connection.send(request, ProduceResponse.class);
        return connection.receive(pending, options.requestTimeout().plus(ANSWER_GRACE));
    }

    private Map<String, Uuid> topicIds(List<Batch> batches) throws ClientException {
        var ids = new LinkedHashMap<String, Uuid>();
        for (var batch : batches) {
            String topic = batch.partition.topic();
            if (!ids.containsKey(topic)) ids.put(topic, cluster.topic(topic).id());
        }
        return ids;
    }

    private static @Nullable String nameOf(Map<String, Uuid> ids, Uuid id) {
        for (var each : ids.entrySet()) if (each.getValue().equals(id)) return each.getKey();
        return null;
    }

    private ProduceRequest request(List<Batch> batches, Map<String, Uuid> topicIds) {
        var byTopic = new LinkedHashMap<String, List<PartitionProduceData>>();
        for (var batch : batches) {
            var records = RecordData.of(batch.encode(options.compression()));
            byTopic.computeIfAbsent(batch.partition.topic(), topic -> new ArrayList<>())
                    .add(new PartitionProduceData(batch.partition.partition(), records));
        }
        var topics = new ArrayList<TopicProduceData>();
        byTopic.forEach(
                (name, data) -> topics.add(new TopicProduceData(name, topicIds.getOrDefault(name, Uuid.ZERO), data)));
        return ProduceRequest.builder()
                .acks(options.acks().code())
                .timeoutMs((int) options.requestTimeout().toMillis())
                .topicData(topics)
                .build();
    }

    private static Outcome outcome(TopicPartition partition, PartitionProduceResponse response) {
        var error = ErrorCode.of(response.errorCode());
        if (error == ErrorCode.NONE) return new Outcome.Arrived(response.baseOffset(), response.logAppendTimeMs());
        String detail = response.errorMessage();
        if (detail == null && !response.recordErrors().isEmpty()) {
            detail = response.recordErrors().getFirst().batchIndexErrorMessage();
        }
        var reason = new RequestFailedException("produce to " + partition, error, detail);
        return switch (error) {
            case DUPLICATE_SEQUENCE_NUMBER -> new Outcome.Arrived(-1, -1);
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE -> new Outcome.TooLarge(reason);
            case OUT_OF_ORDER_SEQUENCE_NUMBER,
                    UNKNOWN_PRODUCER_ID,
                    INVALID_PRODUCER_EPOCH,
                    INVALID_PRODUCER_ID_MAPPING -> new Outcome.Refused(reason, true);
            case TOPIC_AUTHORIZATION_FAILED,
                    CLUSTER_AUTHORIZATION_FAILED,
                    INVALID_RECORD,
                    INVALID_TIMESTAMP,
                    INVALID_TOPIC_EXCEPTION,
                    INVALID_REQUIRED_ACKS,
                    POLICY_VIOLATION,
                    UNSUPPORTED_COMPRESSION_TYPE,
                    UNSUPPORTED_FOR_MESSAGE_FORMAT -> new Outcome.Refused(reason, false);
            // Time out of a broker that waits for replicas: it may be there already, which only idempotence
            // makes harmless. Another error (UNKNOWN_SERVER_ERROR) may have followed the append.
            default -> error.retriable() ? new Outcome.Again(reason, true) : new Outcome.Refused(reason, true);
        };
    }

    /// Outcome of batches after a failed connection or a failed request for an identity.
    static Outcome afterFailure(ClientException failure) {
        return switch (failure) {
            case ConnectionException broken ->
                broken.isHopeless() ? new Outcome.Refused(broken, true) : new Outcome.Again(broken, true);
            case RequestFailedException failed ->
                failed.error().retriable() || failed.error() == ErrorCode.BROKER_NOT_AVAILABLE
                        ? new Outcome.Again(failed, true)
                        : new Outcome.Refused(failed, true);
            case StoppedException stopped -> new Outcome.Again(stopped, false);
        };
    }
}
