package barnabas.broker.api;

import barnabas.broker.cluster.InternalTopic;
import barnabas.broker.cluster.LogVerification;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.broker.transactions.TransactionGate;
import barnabas.coordination.Producer;
import barnabas.coordination.RequestContext;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.coordination.transactions.Participant;
import barnabas.log.Verification;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import barnabas.protocol.message.TxnOffsetCommitResponse;
import barnabas.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
import barnabas.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.util.Optional;
import java.util.Set;

/// Stores a group's offsets inside a transaction: they count when it is committed. From version 5 on this adds the
/// group's partition to the transaction (KIP-890); before that AddOffsetsToTxn did, and it is only verified here.
public final class P28TxnOffsetCommit implements BlockingApi<TxnOffsetCommitRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private static final short ADDS_PARTITION_SINCE = 5;
    private static final short ABORTABLE_SINCE = 4;

    private final GroupCoordinator groups;
    private final LocalPartitions partitions;
    private final TransactionGate gate;

    public P28TxnOffsetCommit(GroupCoordinator groups, LocalPartitions partitions, TransactionGate gate) {
        this.groups = groups;
        this.partitions = partitions;
        this.gate = gate;
    }

    @Override
    public ApiKey key() {
        return ApiKey.TXN_OFFSET_COMMIT;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(TxnOffsetCommitRequest request, Call call) {
        return groups.knownPartitions(CoordinatorCalls.context(call)).commit(request, known -> commit(known, call));
    }

    private TxnOffsetCommitResponse commit(TxnOffsetCommitRequest request, Call call) {
        if (request.groupId().isEmpty()) return refusal(request, ErrorCode.INVALID_GROUP_ID);
        int number = groups.shards().partitionFor(request.groupId());
        if (number < 0) return refusal(request, ErrorCode.COORDINATOR_NOT_AVAILABLE);
        Partition partition = partitions.find(InternalTopic.GROUP_OFFSETS.topicName(), number);
        if (partition == null) return refusal(request, ErrorCode.NOT_COORDINATOR);
        RequestContext context = CoordinatorCalls.context(call);
        TransactionGate.TransactionClient spoken = spoken(call);
        if (!gate.asks(spoken)) return groups.txnOffsetCommit(context, request, null);
        Optional<Verification> unopened = partition
                .log()
                .startVerification(
                        request.producerId(),
                        request.producerEpoch(),
                        spoken == TransactionGate.TransactionClient.ADDS_PARTITIONS);
        if (unopened.isPresent()) {
            ErrorCode error =
                    mayBegin(request, spoken, new Participant(InternalTopic.GROUP_OFFSETS.topicName(), number));
            if (error != ErrorCode.NONE) return refusal(request, error);
        }
        return groups.txnOffsetCommit(context, request, new LogVerification(unopened.orElse(Verification.NONE)));
    }

    private static TransactionGate.TransactionClient spoken(Call call) {
        if (call.version() >= ADDS_PARTITION_SINCE) return TransactionGate.TransactionClient.ADDS_PARTITIONS;
        return call.version() >= ABORTABLE_SINCE
                ? TransactionGate.TransactionClient.KNOWS_ABORTABLE
                : TransactionGate.TransactionClient.OLDEST;
    }

    private ErrorCode mayBegin(
            TxnOffsetCommitRequest request, TransactionGate.TransactionClient spoken, Participant participant) {
        ErrorCode error = gate.ask(
                        spoken,
                        request.transactionalId(),
                        new Producer(request.producerId(), request.producerEpoch()),
                        Set.of(participant))
                .getOrDefault(participant, ErrorCode.UNKNOWN_SERVER_ERROR);
        // clients repeat this request after the one and not after the other
        return error == ErrorCode.NETWORK_EXCEPTION ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS : error;
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
