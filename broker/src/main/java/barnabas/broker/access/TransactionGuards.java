package barnabas.broker.access;

import barnabas.broker.security.Operation;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.AddOffsetsToTxnRequest;
import barnabas.protocol.message.AddOffsetsToTxnResponse;
import barnabas.protocol.message.AddPartitionsToTxnRequest;
import barnabas.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import barnabas.protocol.message.AddPartitionsToTxnResponse;
import barnabas.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult;
import barnabas.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult;
import barnabas.protocol.message.EndTxnRequest;
import barnabas.protocol.message.EndTxnResponse;
import barnabas.protocol.message.InitProducerIdRequest;
import barnabas.protocol.message.InitProducerIdResponse;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import barnabas.protocol.message.TxnOffsetCommitResponse;
import barnabas.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
import barnabas.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic;
import barnabas.protocol.message.WriteTxnMarkersRequest;
import barnabas.protocol.message.WriteTxnMarkersResponse;
import barnabas.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult;
import barnabas.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerResult;
import barnabas.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerTopicResult;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// Guards of the APIs of idempotent and transactional producers.
final class TransactionGuards {
    private static final Right WRITE_ID = Right.onTransaction(Operation.WRITE, "the transactional id");
    private static final Right TWO_PHASE =
            Right.onTransaction(Operation.TWO_PHASE_COMMIT, "the transactional id, for two-phase commit");
    private static final Right IDEMPOTENT =
            Right.onCluster(Operation.IDEMPOTENT_WRITE, "without a transactional id, or else");
    private static final Right WRITE_ANY = Right.onTopic(Operation.WRITE, "any topic, without a transactional id");
    private static final Right WRITE_TOPIC = Right.onTopic(Operation.WRITE, "each topic");
    private static final Right READ_GROUP = Right.onGroup(Operation.READ, "the group");
    private static final Right READ_TOPIC = Right.onTopic(Operation.READ, "each topic");
    private static final Right BROKER = Right.onCluster(Operation.CLUSTER_ACTION, "requests of brokers (version 4 up)");
    private static final Right ALTER = Right.onCluster(Operation.ALTER, "all markers, or else");
    private static final Right MARK = Right.onCluster(Operation.CLUSTER_ACTION, "all markers");

    /// From this version on brokers alone ask, for several transactions.
    private static final short OF_BROKERS_SINCE = 4;

    private static final int COMMIT_IDS_SINCE = 6;
    private static final ErrorCode NO_ID = ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;

    private TransactionGuards() {}

    static List<Guard<?>> all() {
        return List.of(
                new Guard<>(
                        ApiKey.INIT_PRODUCER_ID,
                        InitProducerIdRequest.class,
                        List.of(WRITE_ID, TWO_PHASE, IDEMPOTENT, WRITE_ANY),
                        TransactionGuards::initProducerId),
                new Guard<>(
                        ApiKey.ADD_PARTITIONS_TO_TXN,
                        AddPartitionsToTxnRequest.class,
                        List.of(WRITE_ID, WRITE_TOPIC, BROKER),
                        TransactionGuards::addPartitions),
                new Guard<>(
                        ApiKey.ADD_OFFSETS_TO_TXN,
                        AddOffsetsToTxnRequest.class,
                        List.of(WRITE_ID, READ_GROUP),
                        TransactionGuards::addOffsets),
                new Guard<>(ApiKey.END_TXN, EndTxnRequest.class, List.of(WRITE_ID), TransactionGuards::endTransaction),
                new Guard<>(
                        ApiKey.TXN_OFFSET_COMMIT,
                        TxnOffsetCommitRequest.class,
                        List.of(WRITE_ID, READ_GROUP, READ_TOPIC),
                        TransactionGuards::commitOffsets),
                new Guard<>(
                        ApiKey.WRITE_TXN_MARKERS,
                        WriteTxnMarkersRequest.class,
                        List.of(ALTER, MARK),
                        TransactionGuards::writeMarkers));
    }

    private static Verdict initProducerId(InitProducerIdRequest request, Access access) {
        String id = request.transactionalId();
        if (id != null) {
            boolean allowed = access.may(WRITE_ID, id) && (!request.enable2Pc() || access.may(TWO_PHASE, id));
            return allowed ? Verdict.PASS : noProducerId(NO_ID);
        }
        return access.sees(IDEMPOTENT) || access.mayOnAny(WRITE_ANY)
                ? Verdict.PASS
                : noProducerId(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    }

    private static Verdict noProducerId(ErrorCode error) {
        return new Verdict.Refused(InitProducerIdResponse.builder()
                .errorCode(error.code())
                .producerId(-1)
                .producerEpoch((short) -1)
                .build());
    }

    private static Verdict addPartitions(AddPartitionsToTxnRequest request, Access access) {
        if (access.version() >= OF_BROKERS_SINCE) {
            return access.may(BROKER)
                    ? Verdict.PASS
                    : new Verdict.Refused(AddPartitionsToTxnResponse.builder()
                            .errorCode(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code())
                            .build());
        }
        List<AddPartitionsToTxnTopic> topics = request.v3AndBelowTopics();
        if (!access.may(WRITE_ID, request.v3AndBelowTransactionalId())) return results(topics, (_, _) -> NO_ID);
        var split = access.split(topics, WRITE_TOPIC, AddPartitionsToTxnTopic::name);
        if (split.denied().isEmpty()) return Verdict.PASS;
        Set<String> denied =
                split.denied().stream().map(AddPartitionsToTxnTopic::name).collect(Collectors.toSet());
        // None is added unless all are.
        return results(topics, (topic, index) -> {
            if (denied.contains(topic.name())) return ErrorCode.TOPIC_AUTHORIZATION_FAILED;
            return access.image().partition(topic.name(), index).isEmpty()
                    ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                    : ErrorCode.OPERATION_NOT_ATTEMPTED;
        });
    }

    private static Verdict results(
            List<AddPartitionsToTxnTopic> topics, BiFunction<AddPartitionsToTxnTopic, Integer, ErrorCode> errors) {
        return new Verdict.Refused(AddPartitionsToTxnResponse.builder()
                .resultsByTopicV3AndBelow(topics.stream()
                        .map(topic -> new AddPartitionsToTxnTopicResult(
                                topic.name(),
                                topic.partitions().stream()
                                        .map(index -> new AddPartitionsToTxnPartitionResult(
                                                index,
                                                errors.apply(topic, index).code()))
                                        .toList()))
                        .toList())
                .build());
    }

    private static Verdict addOffsets(AddOffsetsToTxnRequest request, Access access) {
        if (!access.may(WRITE_ID, request.transactionalId()))
            return new Verdict.Refused(new AddOffsetsToTxnResponse(0, NO_ID.code()));
        return access.may(READ_GROUP, request.groupId())
                ? Verdict.PASS
                : new Verdict.Refused(new AddOffsetsToTxnResponse(0, ErrorCode.GROUP_AUTHORIZATION_FAILED.code()));
    }

    private static Verdict endTransaction(EndTxnRequest request, Access access) {
        return access.may(WRITE_ID, request.transactionalId())
                ? Verdict.PASS
                : new Verdict.Refused(
                        EndTxnResponse.builder().errorCode(NO_ID.code()).build());
    }

    private static Verdict commitOffsets(TxnOffsetCommitRequest request, Access access) {
        if (!access.may(WRITE_ID, request.transactionalId())) return committed(refused(request.topics(), NO_ID));
        if (!access.may(READ_GROUP, request.groupId()))
            return committed(refused(request.topics(), ErrorCode.GROUP_AUTHORIZATION_FAILED));
        var split = access.split(
                request.topics(), topic -> access.may(READ_TOPIC, topic.name(), topic.topicId(), COMMIT_IDS_SINCE));
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<TxnOffsetCommitResponseTopic> refused = refused(split.denied(), ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        if (split.allowed().isEmpty()) return committed(refused);
        return Verdict.part(
                request.toBuilder().topics(split.allowed()).build(),
                TxnOffsetCommitResponse.class,
                answer -> answer.toBuilder()
                        .topics(Lists.joined(answer.topics(), refused))
                        .build(),
                true);
    }

    private static Verdict committed(List<TxnOffsetCommitResponseTopic> topics) {
        return new Verdict.Refused(
                TxnOffsetCommitResponse.builder().topics(topics).build());
    }

    private static List<TxnOffsetCommitResponseTopic> refused(
            List<TxnOffsetCommitRequestTopic> topics, ErrorCode error) {
        return topics.stream()
                .map(topic -> new TxnOffsetCommitResponseTopic(
                        topic.name(),
                        topic.topicId(),
                        topic.partitions().stream()
                                .map(each -> new TxnOffsetCommitResponsePartition(each.partitionIndex(), error.code()))
                                .toList()))
                .toList();
    }

    private static Verdict writeMarkers(WriteTxnMarkersRequest request, Access access) {
        if (access.sees(ALTER) || access.may(MARK)) return Verdict.PASS;
        short error = ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code();
        return new Verdict.Refused(WriteTxnMarkersResponse.builder()
                .markers(request.markers().stream()
                        .map(marker -> new WritableTxnMarkerResult(
                                marker.producerId(),
                                marker.topics().stream()
                                        .map(topic -> new WritableTxnMarkerTopicResult(
                                                topic.name(),
                                                topic.partitionIndexes().stream()
                                                        .map(index ->
                                                                new WritableTxnMarkerPartitionResult(index, error))
                                                        .toList()))
                                        .toList()))
                        .toList())
                .build());
    }
}
