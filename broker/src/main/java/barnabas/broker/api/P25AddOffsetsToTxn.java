package barnabas.broker.api;

import barnabas.broker.cluster.InternalTopic;
import barnabas.broker.cluster.InternalTopics;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.Producer;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.coordination.transactions.AddPartitions;
import barnabas.coordination.transactions.Participant;
import barnabas.coordination.transactions.TransactionCoordinator;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.AddOffsetsToTxnRequest;
import barnabas.protocol.message.AddOffsetsToTxnResponse;
import java.util.List;

/// Adds the partition that holds a group's offsets to a transaction, for clients before transaction version 2.
public final class P25AddOffsetsToTxn implements BlockingApi<AddOffsetsToTxnRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final TransactionCoordinator transactions;
    private final GroupCoordinator groups;
    private final InternalTopics internalTopics;

    public P25AddOffsetsToTxn(
            TransactionCoordinator transactions, GroupCoordinator groups, InternalTopics internalTopics) {
        this.transactions = transactions;
        this.groups = groups;
        this.internalTopics = internalTopics;
    }

    @Override
    public ApiKey key() {
        return ApiKey.ADD_OFFSETS_TO_TXN;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(AddOffsetsToTxnRequest request, Call call) {
        return AddOffsetsToTxnResponse.builder()
                .errorCode(CoordinatorCalls.known(add(request), call).code())
                .build();
    }

    private ErrorCode add(AddOffsetsToTxnRequest request) {
        // The group may be the first of all.
        if (groups.shards().partitionFor(request.groupId()) < 0
                && internalTopics.ensure(InternalTopic.GROUP_OFFSETS).isEmpty()) {
            return ErrorCode.COORDINATOR_NOT_AVAILABLE;
        }
        int partition = groups.shards().partitionFor(request.groupId());
        if (partition < 0) return ErrorCode.COORDINATOR_NOT_AVAILABLE;
        return transactions.addPartitions(new AddPartitions(
                request.transactionalId(),
                new Producer(request.producerId(), request.producerEpoch()),
                List.of(new Participant(InternalTopic.GROUP_OFFSETS.topicName(), partition)),
                (short) 0,
                0));
    }
}
