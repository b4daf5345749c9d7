package barnabas.broker.access;

import barnabas.broker.security.Operation;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.message.DeleteRecordsRequest;
import barnabas.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import barnabas.protocol.message.DeleteRecordsResponse;
import barnabas.protocol.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import barnabas.protocol.message.DeleteRecordsResponse.DeleteRecordsTopicResult;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.message.ProduceResponse.PartitionProduceResponse;
import barnabas.protocol.message.ProduceResponse.TopicProduceResponse;
import java.nio.ByteBuffer;
import java.util.List;

/// Guards of the APIs that write, read and delete records.
final class RecordGuards {
    private static final Right WRITE = Right.onTopic(Operation.WRITE, "each topic");
    private static final Right WRITE_TRANSACTION =
            Right.onTransaction(Operation.WRITE, "the transactional id, when a batch is transactional");
    private static final Right READ = Right.onTopic(Operation.READ, "each topic, of a consumer");
    private static final Right FOLLOW = Right.onCluster(Operation.CLUSTER_ACTION, "a follower's fetch");
    private static final Right DELETE = Right.onTopic(Operation.DELETE, "each topic");

    private static final int PRODUCE_IDS_SINCE = 13;
    private static final short ACKS_NONE = 0;
    /// Place of the attributes in a batch of the present format, and of the bit for transactions in them.
    private static final int ATTRIBUTES_AT = 21;

    private static final int LENGTH_AT = 8;
    private static final int BYTES_BEFORE_LENGTH = 12;
    private static final int TRANSACTIONAL = 1 << 4;

    private RecordGuards() {}

    static List<Guard<?>> all() {
        return List.of(
                new Guard<>(
                        ApiKey.PRODUCE, ProduceRequest.class, List.of(WRITE, WRITE_TRANSACTION), RecordGuards::produce),
                new Guard<>(ApiKey.FETCH, FetchRequest.class, List.of(READ, FOLLOW), RecordGuards::fetch),
                new Guard<>(
                        ApiKey.DELETE_RECORDS,
                        DeleteRecordsRequest.class,
                        List.of(DELETE),
                        RecordGuards::deleteRecords));
    }

    private static Verdict produce(ProduceRequest request, Access access) {
        String id = request.transactionalId();
        if (isTransactional(request) && (id == null || !access.may(WRITE_TRANSACTION, id))) {
            if (request.acks() == ACKS_NONE) return new Verdict.Closed("the transactional id is not allowed");
            return new Verdict.Refused(ProduceResponse.builder()
                    .responses(refused(request.topicData(), ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED))
                    .build());
        }
        var split = access.split(
                request.topicData(), topic -> access.may(WRITE, topic.name(), topic.topicId(), PRODUCE_IDS_SINCE));
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<TopicProduceResponse> refused = refused(split.denied(), ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        if (split.allowed().isEmpty()) {
            return request.acks() == ACKS_NONE
                    ? new Verdict.Closed("no topic of a produce with acks=0 is allowed")
                    : new Verdict.Refused(
                            ProduceResponse.builder().responses(refused).build());
        }
        return Verdict.part(
                request.toBuilder().topicData(split.allowed()).build(),
                ProduceResponse.class,
                answer -> answer.toBuilder()
                        .responses(Lists.joined(answer.responses(), refused))
                        .build(),
                true);
    }

    /// Whether any batch is part of a transaction, wherever it stands in the request.
    private static boolean isTransactional(ProduceRequest request) {
        for (TopicProduceData topic : request.topicData()) {
            for (PartitionProduceData data : topic.partitionData()) {
                if (data.records() instanceof RecordData.InMemory(ByteBuffer batches) && isTransactional(batches))
                    return true;
            }
        }
        return false;
    }

    private static boolean isTransactional(ByteBuffer batches) {
        long at = batches.position();
        while (at + ATTRIBUTES_AT + 2 <= batches.limit()) {
            if ((batches.getShort((int) at + ATTRIBUTES_AT) & TRANSACTIONAL) != 0) return true;
            int length = batches.getInt((int) at + LENGTH_AT);
            if (length <= 0) return false;
            at += BYTES_BEFORE_LENGTH + (long) length;
        }
        return false;
    }

    private static List<TopicProduceResponse> refused(List<TopicProduceData> topics, ErrorCode error) {
        return topics.stream()
                .map(topic -> new TopicProduceResponse(
                        topic.name(),
                        topic.topicId(),
                        topic.partitionData().stream()
                                .map(data -> PartitionProduceResponse.builder()
                                        .index(data.index())
                                        .errorCode(error.code())
                                        .baseOffset(-1)
                                        .build())
                                .toList()))
                .toList();
    }

    /// Sessions hold partitions that a request does not name, so that each read asks.
    private static Verdict fetch(FetchRequest request, Access access) {
        boolean follows = request.replicaId() >= 0 || request.replicaState().replicaId() >= 0;
        if (!follows) return new Verdict.Restricted(access.having(READ));
        return access.may(FOLLOW) ? Verdict.PASS : new Verdict.Restricted(_ -> false);
    }

    private static Verdict deleteRecords(DeleteRecordsRequest request, Access access) {
        var split = access.split(request.topics(), DELETE, DeleteRecordsTopic::name);
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<DeleteRecordsTopicResult> refused = split.denied().stream()
                .map(topic -> new DeleteRecordsTopicResult(
                        topic.name(),
                        topic.partitions().stream()
                                .map(each -> new DeleteRecordsPartitionResult(
                                        each.partitionIndex(), -1, ErrorCode.TOPIC_AUTHORIZATION_FAILED.code()))
                                .toList()))
                .toList();
        return Verdict.part(
                request.toBuilder().topics(split.allowed()).build(),
                DeleteRecordsResponse.class,
                answer -> answer.toBuilder()
                        .topics(Lists.joined(answer.topics(), refused))
                        .build(),
                true);
    }
}
