package barnabas.broker.transactions;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.broker.cluster.InternalTopic;
import barnabas.broker.peers.BrokerPeers;
import barnabas.config.TransactionsConfig.PartitionRetry;
import barnabas.coordination.Producer;
import barnabas.coordination.Shards;
import barnabas.coordination.transactions.AddPartitions;
import barnabas.coordination.transactions.Participant;
import barnabas.coordination.transactions.Transaction;
import barnabas.coordination.transactions.TransactionCoordinator;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.AddPartitionsToTxnRequest;
import barnabas.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTopic;
import barnabas.protocol.message.AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction;
import barnabas.protocol.message.AddPartitionsToTxnResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Questions of partition leaders to the coordinator of a transactional id: this broker's own, or with
/// AddPartitionsToTxn (from version 4 on, KIP-890) that of the leader of the id's partition of `__transaction_state`.
public final class JoinedTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(JoinedTransactions.class);

    private final int brokerId;
    private final ClusterMetadata metadata;
    private final TransactionCoordinator own;
    private final BrokerPeers peers;
    private final Clock clock;
    private final int requestMillisMax;

    /// @param requestMillisMax how long another broker has for an answer
    public JoinedTransactions(
            int brokerId,
            ClusterMetadata metadata,
            TransactionCoordinator own,
            BrokerPeers peers,
            Clock clock,
            int requestMillisMax) {
        this.brokerId = brokerId;
        this.metadata = metadata;
        this.own = own;
        this.peers = peers;
        this.clock = clock;
        this.requestMillisMax = requestMillisMax;
    }

    /// Answers by partition whether it is part of the producer's open transaction, as
    /// [TransactionCoordinator#verifyPartitions]; NETWORK_EXCEPTION when the coordinator's broker does not
    /// answer. May block.
    public Map<Participant, ErrorCode> verify(
            String transactionalId, Producer producer, Set<Participant> participants) {
        int coordinator = coordinatorOf(transactionalId);
        return coordinator == brokerId
                ? own.verifyPartitions(transactionalId, producer, participants)
                : ask(coordinator, transactionalId, producer, participants, true);
    }

    /// Adds partitions to the producer's transaction and answers by partition, as [#verify]. While the
    /// transaction before still ends, it is tried again within the bounds of `retry`. May block.
    public Map<Participant, ErrorCode> add(
            String transactionalId, Producer producer, Set<Participant> participants, PartitionRetry retry) {
        long end = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(retry.backoffMillisMax());
        while (true) {
            int coordinator = coordinatorOf(transactionalId);
            if (coordinator == brokerId) return addHere(transactionalId, producer, participants, retry);
            Map<Participant, ErrorCode> answers = ask(coordinator, transactionalId, producer, participants, false);
            long next = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(retry.backoffMillis());
            if (!answers.containsValue(ErrorCode.CONCURRENT_TRANSACTIONS)
                    || next - end > 0
                    || Thread.currentThread().isInterrupted()) return answers;
            clock.parkUntil(this, next);
        }
    }

    private Map<Participant, ErrorCode> addHere(
            String transactionalId, Producer producer, Set<Participant> participants, PartitionRetry retry) {
        return all(
                participants,
                own.addPartitions(new AddPartitions(
                        transactionalId,
                        producer,
                        participants,
                        Transaction.EPOCH_PER_TRANSACTION,
                        retry.backoffMillisMax())));
    }

    /// [PartitionImage#NO_LEADER] while there is none.
    private int coordinatorOf(String transactionalId) {
        TopicImage topic = metadata.current()
                .topic(InternalTopic.TRANSACTION_STATE.topicName())
                .orElse(null);
        if (topic == null) return PartitionImage.NO_LEADER;
        return topic.partition(Shards.partitionFor(transactionalId, topic.partitionCount()))
                .map(PartitionImage::leader)
                .orElse(PartitionImage.NO_LEADER);
    }

    private Map<Participant, ErrorCode> ask(
            int coordinator,
            String transactionalId,
            Producer producer,
            Set<Participant> participants,
            boolean verifyOnly) {
        Peer peer = coordinator < 0 ? null : peers.to(coordinator);
        if (peer == null) return all(participants, ErrorCode.COORDINATOR_NOT_AVAILABLE);
        PeerOutcome outcome;
        try {
            outcome = peer.call(
                    request(transactionalId, producer, participants, verifyOnly),
                    Deadline.inMillis(requestMillisMax, clock));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return all(participants, ErrorCode.NETWORK_EXCEPTION);
        }
        if (!(outcome instanceof PeerOutcome.Answered(AddPartitionsToTxnResponse response, var _))) {
            LOG.debug("No answer of coordinator {} about {}: {}", coordinator, transactionalId, outcome);
            return all(participants, ErrorCode.NETWORK_EXCEPTION);
        }
        return response.errorCode() == ErrorCode.NONE.code()
                ? answers(transactionalId, response)
                : all(participants, ErrorCode.of(response.errorCode()));
    }

    private static AddPartitionsToTxnRequest request(
            String transactionalId, Producer producer, Set<Participant> participants, boolean verifyOnly) {
        var byTopic = new TreeMap<String, List<Integer>>();
        for (Participant each : participants)
            byTopic.computeIfAbsent(each.topic(), _ -> new ArrayList<>()).add(each.partition());
        var topics = new ArrayList<AddPartitionsToTxnTopic>();
        byTopic.forEach((name, indexes) -> topics.add(new AddPartitionsToTxnTopic(name, indexes)));
        return AddPartitionsToTxnRequest.builder()
                .transactions(List.of(new AddPartitionsToTxnTransaction(
                        transactionalId, producer.id(), producer.epoch(), verifyOnly, topics)))
                .build();
    }

    /// Partitions that the answer does not name are missing.
    private static Map<Participant, ErrorCode> answers(String transactionalId, AddPartitionsToTxnResponse response) {
        var answers = new HashMap<Participant, ErrorCode>();
        for (var result : response.resultsByTransaction()) {
            if (!result.transactionalId().equals(transactionalId)) continue;
            for (var topic : result.topicResults())
                for (var each : topic.resultsByPartition())
                    answers.put(
                            new Participant(topic.name(), each.partitionIndex()),
                            ErrorCode.of(each.partitionErrorCode()));
        }
        return answers;
    }

    private static Map<Participant, ErrorCode> all(Set<Participant> participants, ErrorCode error) {
        var answers = new HashMap<Participant, ErrorCode>();
        for (Participant each : participants) answers.put(each, error);
        return answers;
    }
}
