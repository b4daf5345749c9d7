package barnabas.broker.api;

import barnabas.broker.cluster.InternalTopics;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.coordination.Producer;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.coordination.transactions.Participant;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import barnabas.protocol.message.TxnOffsetCommitResponse;
import barnabas.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
import barnabas.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic;
import java.util.Set;

/// Stores a group's offsets inside a transaction: they count when it is committed. From version 5 on this adds the
/// group's partition to the transaction (KIP-890); before that AddOffsetsToTxn did, and it is only verified here.
public final class P28TxnOffsetCommit implements BlockingApi<TxnOffsetCommitRequest> {
    private static final short ADDS_PARTITION_SINCE = 5;
    private static final short ABORTABLE_SINCE = 4;

    private final GroupCoordinator groups;
    private final TransactionGate gate;

    public P28TxnOffsetCommit(GroupCoordinator groups, TransactionGate gate) {
        this.groups = groups;
        this.gate = gate;
    }

    @Override
    public ApiKey key() {
        return ApiKey.TXN_OFFSET_COMMIT;
    }

    @Override
    public ResponseMessage answer(TxnOffsetCommitRequest request, Call call) {
        ErrorCode error = mayCommit(request, call);
        if (error != ErrorCode.NONE) return refusal(request, error);
        return groups.txnOffsetCommit(CoordinatorCalls.context(call), request);
    }

    private ErrorCode mayCommit(TxnOffsetCommitRequest request, Call call) {
        int partition = groups.partitionFor(request.groupId());
        if (partition < 0) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
        var participant = new Participant(InternalTopics.GROUP_OFFSETS, partition);
        var spoken = call.version() >= ADDS_PARTITION_SINCE
                ? TransactionGate.Spoken.ADDS_PARTITIONS
                : call.version() >= ABORTABLE_SINCE
                        ? TransactionGate.Spoken.KNOWS_ABORTABLE
                        : TransactionGate.Spoken.OLDEST;
        if (!gate.asks(spoken)) return ErrorCode.NONE;
        return gate.ask(
                        spoken,
                        request.transactionalId(),
                        new Producer(request.producerId(), request.producerEpoch()),
                        Set.of(participant))
                .getOrDefault(participant, ErrorCode.UNKNOWN_SERVER_ERROR);
    }

    private static TxnOffsetCommitResponse refusal(TxnOffsetCommitRequest request, ErrorCode error) {
        return TxnOffsetCommitResponse.builder()
                .topics(request.topics().stream()
                        .map(topic -> refusal(topic, error))
                        .toList())
                .build();
    }

    private static TxnOffsetCommitResponseTopic refusal(TxnOffsetCommitRequestTopic topic, ErrorCode error) {
        return new TxnOffsetCommitResponseTopic(
                topic.name(),
                topic.topicId(),
                topic.partitions().stream()
                        .map(each -> new TxnOffsetCommitResponsePartition(each.partitionIndex(), error.code()))
                        .toList());
    }
}
