package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.CoordinatorCalls;
import barnabas.broker.request.Need;
import barnabas.coordination.Producer;
import barnabas.coordination.transactions.AddPartitions;
import barnabas.coordination.transactions.Participant;
import barnabas.coordination.transactions.Transaction;
import barnabas.coordination.transactions.TransactionCoordinator;
import barnabas.metadata.ClusterMetadata;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.AddPartitionsToTxnRequest;
import barnabas.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import barnabas.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
import barnabas.protocol.message.AddPartitionsToTxnResponse;
import barnabas.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult;
import barnabas.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnResult;
import barnabas.protocol.message.AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// Adds partitions to transactions, or only verifies that they were added. Up to version 3 one transaction of a
/// client before transaction version 2; from version 4 on any number, as brokers ask on behalf of producers
/// (KIP-890).
public final class P24AddPartitionsToTxn implements BlockingApi<AddPartitionsToTxnRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private static final short BATCHED_SINCE = 4;

    private final TransactionCoordinator transactions;
    private final ClusterMetadata metadata;

    public P24AddPartitionsToTxn(TransactionCoordinator transactions, ClusterMetadata metadata) {
        this.transactions = transactions;
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.ADD_PARTITIONS_TO_TXN;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(AddPartitionsToTxnRequest request, Call call) {
        if (call.version() < BATCHED_SINCE) {
            var only = new AddPartitionsToTxnTransaction(
                    request.v3AndBelowTransactionalId(),
                    request.v3AndBelowProducerId(),
                    request.v3AndBelowProducerEpoch(),
                    false,
                    request.v3AndBelowTopics());
            return AddPartitionsToTxnResponse.builder()
                    .resultsByTopicV3AndBelow(answer(only, (short) 0, call))
                    .build();
        }
        var results = new ArrayList<AddPartitionsToTxnResult>();
        for (AddPartitionsToTxnTransaction each : request.transactions()) {
            results.add(new AddPartitionsToTxnResult(
                    each.transactionalId(), answer(each, Transaction.EPOCH_PER_TRANSACTION, call)));
        }
        return AddPartitionsToTxnResponse.builder()
                .resultsByTransaction(results)
                .build();
    }

    private List<AddPartitionsToTxnTopicResult> answer(
            AddPartitionsToTxnTransaction asked, short clientVersion, Call call) {
        Set<Participant> participants = new TreeSet<>();
        Set<Participant> unknown = new TreeSet<>();
        for (AddPartitionsToTxnTopic topic : asked.topics()) {
            for (int index : topic.partitions()) {
                var participant = new Participant(topic.name(), index);
                participants.add(participant);
                if (metadata.current().partition(topic.name(), index).isEmpty()) unknown.add(participant);
            }
        }
        if (!unknown.isEmpty()) {
            return results(
                    asked,
                    each -> unknown.contains(each)
                            ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                            : ErrorCode.OPERATION_NOT_ATTEMPTED);
        }
        var producer = new Producer(asked.producerId(), asked.producerEpoch());
        Map<Participant, ErrorCode> answers = new HashMap<>();
        if (asked.verifyOnly()) {
            answers.putAll(transactions.verifyPartitions(asked.transactionalId(), producer, participants));
        } else {
            ErrorCode error = transactions.addPartitions(
                    new AddPartitions(asked.transactionalId(), producer, participants, clientVersion, 0));
            for (Participant each : participants) answers.put(each, CoordinatorCalls.known(error, call));
        }
        return results(asked, each -> answers.getOrDefault(each, ErrorCode.UNKNOWN_SERVER_ERROR));
    }

    private static List<AddPartitionsToTxnTopicResult> results(
            AddPartitionsToTxnTransaction asked, Function<Participant, ErrorCode> errors) {
        var results = new ArrayList<AddPartitionsToTxnTopicResult>();
        for (AddPartitionsToTxnTopic topic : asked.topics()) {
            var partitions = new ArrayList<AddPartitionsToTxnPartitionResult>();
            for (int index : topic.partitions()) {
                ErrorCode error = errors.apply(new Participant(topic.name(), index));
                partitions.add(new AddPartitionsToTxnPartitionResult(index, error.code()));
            }
            results.add(new AddPartitionsToTxnTopicResult(topic.name(), partitions));
        }
        return results;
    }
}
