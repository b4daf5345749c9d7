package barnabas.broker.produce;

import barnabas.broker.request.Call;
import barnabas.broker.transactions.TransactionGate;
import barnabas.coordination.Producer;
import barnabas.coordination.transactions.Participant;
import barnabas.log.Verification;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.records.RecordBatch;
import barnabas.replication.Partition;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One partition's part of a Produce request whose transaction is not open on that partition yet: the coordinator
/// is asked before the append.
///
/// @param topicIndex where the answer goes in the response
public record UnverifiedBatch(
        Partition partition,
        PartitionProduceData data,
        ByteBuffer records,
        Verification verification,
        int topicIndex,
        int partitionIndex) {
    /// From this version of Produce on a client knows TRANSACTION_ABORTABLE, and from the next one writing joins
    /// the transaction.
    private static final short ABORTABLE_SINCE = 11;

    private static final short JOINS_SINCE = 12;

    /// Conditions under which a batch may enter its partition.
    public sealed interface Entry {
        Entry FREE = new Free();
        Entry OPEN = new Open();

        /// No transaction, or no verification needed.
        record Free() implements Entry {}

        /// The transaction is open on the partition: no need to ask anybody.
        record Open() implements Entry {}

        /// The coordinator has to be asked.
        record NeedsVerification(Verification verification) implements Entry {}
    }

    /// Reason why a partition gets no records.
    public record Refusal(ErrorCode error, @Nullable String message) {}

    /// Answers of the coordinator, by partition.
    public record Verdicts(Map<Participant, ErrorCode> errors) {
        public Optional<Refusal> refusal(UnverifiedBatch joining) {
            ErrorCode error = errors.getOrDefault(joining.participant(), ErrorCode.UNKNOWN_SERVER_ERROR);
            return switch (error) {
                case NONE -> Optional.empty();
                // Producers of all versions try again after this one.
                case CONCURRENT_TRANSACTIONS,
                        COORDINATOR_LOAD_IN_PROGRESS,
                        COORDINATOR_NOT_AVAILABLE,
                        NETWORK_EXCEPTION,
                        NOT_COORDINATOR ->
                    Optional.of(new Refusal(
                            ErrorCode.NOT_ENOUGH_REPLICAS,
                            "Unable to verify the partition has been added to the transaction. Underlying error: "
                                    + error));
                default -> Optional.of(new Refusal(error, null));
            };
        }
    }

    static TransactionGate.TransactionClient spoken(Call call) {
        if (call.version() >= JOINS_SINCE) return TransactionGate.TransactionClient.ADDS_PARTITIONS;
        return call.version() >= ABORTABLE_SINCE
                ? TransactionGate.TransactionClient.KNOWS_ABORTABLE
                : TransactionGate.TransactionClient.OLDEST;
    }

    /// Looks at the header only; a batch that is damaged enters freely and is refused by the log.
    public static Entry entry(Partition partition, ByteBuffer records, TransactionGate gate, Call call) {
        if (records.remaining() < RecordBatch.HEADER_BYTES) return Entry.FREE;
        RecordBatch batch = RecordBatch.at(records, records.position());
        if (batch.magic() != RecordBatch.MAGIC || !batch.isTransactional() || !batch.hasProducerId()) return Entry.FREE;
        TransactionGate.TransactionClient spoken = spoken(call);
        if (!gate.asks(spoken)) return Entry.FREE;
        return partition
                .log()
                .startVerification(batch, spoken == TransactionGate.TransactionClient.ADDS_PARTITIONS)
                .<Entry>map(Entry.NeedsVerification::new)
                .orElse(Entry.OPEN);
    }

    Participant participant() {
        return new Participant(
                partition.topicPartition().topic(), partition.topicPartition().partition());
    }

    /// The network reuses its buffer while this waits.
    public UnverifiedBatch withOwnRecords() {
        ByteBuffer copy = ByteBuffer.allocate(records.remaining())
                .put(records.duplicate())
                .flip();
        return new UnverifiedBatch(partition, data, copy, verification, topicIndex, partitionIndex);
    }

    /// May block.
    public static Verdicts ask(
            List<UnverifiedBatch> all, @Nullable String transactionalId, TransactionGate gate, Call call) {
        var participants = new HashSet<Participant>();
        var producers = new HashSet<Producer>();
        for (UnverifiedBatch each : all) {
            participants.add(each.participant());
            producers.add(new Producer(each.verification.producerId(), each.verification.producerEpoch()));
        }
        if (transactionalId == null || transactionalId.isEmpty())
            return forAll(participants, ErrorCode.INVALID_TXN_STATE);
        if (producers.size() > 1) return forAll(participants, ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        return new Verdicts(
                gate.ask(spoken(call), transactionalId, producers.iterator().next(), participants));
    }

    private static Verdicts forAll(Iterable<Participant> participants, ErrorCode error) {
        var errors = new HashMap<Participant, ErrorCode>();
        for (Participant each : participants) errors.put(each, error);
        return new Verdicts(errors);
    }
}
