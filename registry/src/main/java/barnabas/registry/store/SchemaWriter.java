package barnabas.registry.store;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Coordinator;
import barnabas.client.Cluster.Lane;
import barnabas.client.Connection;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.AddPartitionsToTxnRequest;
import barnabas.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import barnabas.protocol.message.AddPartitionsToTxnResponse;
import barnabas.protocol.message.EndTxnRequest;
import barnabas.protocol.message.EndTxnResponse;
import barnabas.protocol.message.InitProducerIdRequest;
import barnabas.protocol.message.InitProducerIdResponse;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceResponse;
import barnabas.registry.state.SchemaRecord;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes changes of the registry as transactions of one transactional id that all nodes share. The coordinator knows
/// one producer of it at a time: a node whose identity is not the newest cannot add the topic to a transaction, so
/// nothing is written that was decided on a state without the other node's changes.
///
/// Requests are of versions before transaction version 2, which brokers of all versions take. Owner: [SchemaTopic].
final class SchemaWriter {
    static final long NOT_WRITTEN = -1;
    static final Duration PAUSE_FIRST = Duration.ofMillis(2);

    private static final int TRANSACTION_MILLIS = 60_000;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(40);
    private static final short ADD_PARTITIONS_VERSION = 3;
    private static final short PRODUCE_VERSION = 11;
    private static final short END_VERSION = 4;

    /// A producer of the transactional id.
    record Identity(long producerId, short epoch) {}

    private @Nullable Identity identity;
    private int nextSequence;

    /// Takes the transactional id unless this node has it. Transactions of the node that had it end here.
    void identify(Cluster cluster) throws ClientException {
        if (identity != null) return;
        InitProducerIdResponse response = cluster.retrying(cluster.deadline(), () -> {
            var request = InitProducerIdRequest.builder()
                    .transactionalId(SchemaTopic.NAME)
                    .transactionTimeoutMs(TRANSACTION_MILLIS)
                    .build();
            var answer = coordinator(cluster).call(request, InitProducerIdResponse.class);
            check("take the transactional id " + SchemaTopic.NAME, answer.errorCode(), null);
            return answer;
        });
        identity = new Identity(response.producerId(), response.producerEpoch());
        nextSequence = 0;
    }

    /// Appends the records in one transaction.
    ///
    /// @return offset of the last one; -1 when another node took the transactional id: nothing was written
    /// @throws ClientException when it is not known whether they were written
    long write(Cluster cluster, TopicPartition partition, List<SchemaRecord> records) throws ClientException {
        Identity known = identity;
        if (known == null) return NOT_WRITTEN;
        identity = null; // until this has ended well
        long first;
        try {
            // The transaction before may still write its marker.
            cluster.retrying(cluster.deadline(), PAUSE_FIRST, () -> addPartition(cluster, known, partition));
            first = cluster.retrying(cluster.deadline(), () -> produce(cluster, known, partition, records));
            cluster.retrying(cluster.deadline(), () -> commit(cluster, known));
        } catch (RequestFailedException e) {
            if (overtaken(e.error())) return NOT_WRITTEN;
            throw e;
        }
        nextSequence += records.size();
        identity = known;
        return first + records.size() - 1;
    }

    /// Another node has the id, or has ended the transaction on its way to it.
    private static boolean overtaken(ErrorCode error) {
        return switch (error) {
            case PRODUCER_FENCED, INVALID_PRODUCER_EPOCH, INVALID_PRODUCER_ID_MAPPING, INVALID_TXN_STATE -> true;
            default -> false;
        };
    }

    private static Connection coordinator(Cluster cluster) throws ClientException {
        return cluster.coordinator(Coordinator.TRANSACTION, SchemaTopic.NAME, Lane.CALLS);
    }

    private static <R extends ResponseMessage> R call(
            Connection to, RequestMessage request, Class<R> type, short version) throws ClientException {
        return to.receive(to.send(request, type, version), ANSWER_MAX);
    }

    private static boolean addPartition(Cluster cluster, Identity producer, TopicPartition partition)
            throws ClientException {
        var topic = AddPartitionsToTxnTopic.builder()
                .name(partition.topic())
                .partitions(List.of(partition.partition()))
                .build();
        var request = AddPartitionsToTxnRequest.builder()
                .v3AndBelowTransactionalId(SchemaTopic.NAME)
                .v3AndBelowProducerId(producer.producerId)
                .v3AndBelowProducerEpoch(producer.epoch)
                .v3AndBelowTopics(List.of(topic))
                .build();
        var response = call(coordinator(cluster), request, AddPartitionsToTxnResponse.class, ADD_PARTITIONS_VERSION);
        for (var each : response.resultsByTopicV3AndBelow())
            for (var result : each.resultsByPartition())
                check("begin a transaction of " + SchemaTopic.NAME, result.partitionErrorCode(), null);
        return true;
    }

    /// @return offset of the first record
    private long produce(Cluster cluster, Identity producer, TopicPartition partition, List<SchemaRecord> records)
            throws ClientException {
        ProduceRequest request = SchemaBatch.of(cluster, partition, producer, nextSequence, records);
        ProduceResponse response =
                call(cluster.leader(partition, Lane.CALLS), request, ProduceResponse.class, PRODUCE_VERSION);
        for (var each : response.responses())
            for (var result : each.partitionResponses()) {
                ErrorCode error = ErrorCode.of(result.errorCode());
                if (error.retriable()) cluster.refresh(Set.of(partition.topic()), false);
                check("write to " + partition, result.errorCode(), result.errorMessage());
                return result.baseOffset();
            }
        throw new RequestFailedException("write to " + partition, ErrorCode.UNKNOWN_SERVER_ERROR, "no answer for it");
    }

    private static boolean commit(Cluster cluster, Identity producer) throws ClientException {
        var request = EndTxnRequest.builder()
                .transactionalId(SchemaTopic.NAME)
                .producerId(producer.producerId)
                .producerEpoch(producer.epoch)
                .committed(true)
                .build();
        var response = call(coordinator(cluster), request, EndTxnResponse.class, END_VERSION);
        check("commit to " + SchemaTopic.NAME, response.errorCode(), null);
        return true;
    }

    private static void check(String what, short code, @Nullable String detail) throws RequestFailedException {
        if (code != ErrorCode.NONE.code()) throw new RequestFailedException(what, code, detail);
    }
}
