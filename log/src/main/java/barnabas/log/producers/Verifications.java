package barnabas.log.producers;

import barnabas.log.AppendResult;
import barnabas.log.ProducerRoom;
import barnabas.log.TopicPartition;
import barnabas.log.TransactionMarker;
import barnabas.log.Verification;
import barnabas.protocol.records.RecordBatch;
import java.util.LinkedHashMap;
import java.util.Optional;

/// The transactions that are about to begin on a partition, while their coordinator is asked. Owner: the partition's
/// lock.
public final class Verifications {
    /// Beyond this many, or beyond the share of [ProducerRoom], the oldest is forgotten; its producer has to ask again.
    public static final int PENDING_MAX = 10_000;

    /// Those that are forgotten for a new one while there are more than the share.
    private static final int FORGOTTEN_AT_ONCE = 2;

    private final TopicPartition partition;
    private final LinkedHashMap<Long, Pending> byProducer = new LinkedHashMap<>();
    private final ProducerRoom room;
    private boolean left;
    private long numbers;

    /// @param lowestSequence of all batches that asked: a later one must not overtake the first
    private record Pending(Verification verification, int lowestSequence) {}

    public Verifications(TopicPartition partition, ProducerRoom room) {
        this.partition = partition;
        this.room = room;
    }

    /// Forgets all, and takes no room from here on: the log is closed.
    public void leave() {
        room.giveBack(byProducer.size());
        byProducer.clear();
        left = true;
    }

    /// @param sequence of the first record; negative for batches without sequences, which have no order to keep and
    ///     share one answer
    public Verification begin(long producerId, short epoch, int sequence, boolean epochPerTransaction) {
        Pending before = byProducer.get(producerId);
        int lowest = sequence;
        if (before != null && before.verification.producerEpoch() == epoch) {
            if (sequence < 0 && before.verification.epochPerTransaction() == epochPerTransaction) {
                return before.verification;
            }
            lowest = Math.min(lowest, before.lowestSequence);
        }
        var verification = new Verification(producerId, epoch, numbers++, epochPerTransaction);
        if (left) return verification;
        if (before == null) makeRoom();
        put(producerId, new Pending(verification, lowest));
        return verification;
    }

    private void makeRoom() {
        for (int i = 0; i < FORGOTTEN_AT_ONCE && byProducer.size() >= Math.min(PENDING_MAX, room.share()); i++)
            remove(byProducer.firstEntry().getKey());
    }

    private void put(long producerId, Pending pending) {
        if (byProducer.put(producerId, pending) == null) room.take(1);
    }

    private void remove(long producerId) {
        if (byProducer.remove(producerId) != null) room.giveBack(1);
    }

    /// Reason to refuse a batch that would begin a transaction; empty if valid.
    ///
    /// @param entry what the partition knows of the producer, null for nothing
    public Optional<AppendResult> refusal(RecordBatch batch, Verification verification, Optional<ProducerEntry> entry) {
        // Refused for its epoch, which says more.
        if (entry.isPresent() && entry.get().epoch() > batch.producerEpoch()) return Optional.empty();
        Pending pending = byProducer.get(batch.producerId());
        if (pending == null
                || !pending.verification.equals(verification)
                || verification.producerEpoch() != batch.producerEpoch()) {
            return Optional.of(new AppendResult.InvalidTransactionState(
                    "Record was not part of an ongoing transaction of producer " + batch.producerId() + " in partition "
                            + partition));
        }
        if (batch.baseSequence() < 0) return Optional.empty();
        boolean newEpoch = entry.isEmpty() || entry.get().epoch() != batch.producerEpoch();
        boolean overtakes = batch.baseSequence() > pending.lowestSequence
                || (verification.epochPerTransaction() && newEpoch && batch.baseSequence() != 0);
        if (!overtakes) return Optional.empty();
        return Optional.of(new AppendResult.OutOfOrderSequence("Out of order sequence number for producer "
                + batch.producerId() + " in partition " + partition + ": " + batch.baseSequence()
                + " (incoming seq. number) would be the first of a transaction"));
    }

    /// Take over the pending verifications of the log that this one replaces.
    public void takeOver(Verifications before) {
        before.byProducer.forEach(this::put);
        numbers = Math.max(numbers, before.numbers);
    }

    /// The transaction has begun.
    public void begun(long producerId) {
        remove(producerId);
    }

    /// A transaction of the producer has ended: an answer about that one, which may still be under way, is void. With
    /// an epoch per transaction the marker carries the epoch that the next one already has.
    public void ended(TransactionMarker marker) {
        Pending pending = byProducer.get(marker.producerId());
        if (pending == null) return;
        short asked = pending.verification.producerEpoch();
        boolean next = asked == marker.producerEpoch() && marker.transactionVersion() >= 2;
        if (asked <= marker.producerEpoch() && !next) remove(marker.producerId());
    }
}
