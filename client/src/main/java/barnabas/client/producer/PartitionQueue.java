package barnabas.client.producer;

import barnabas.client.TopicPartition;
import barnabas.protocol.records.RecordBatch;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Records that wait for one partition. One batch at a time is in flight, so that order holds whatever fails; the
/// next one fills in the meantime, so a slow broker gets larger batches. Guarded by the producer's lock.
final class PartitionQueue {
    final TopicPartition partition;
    private final ArrayDeque<Batch> batches = new ArrayDeque<>();
    private boolean inFlight;
    private long notBeforeNanos;
    private boolean leaderDoubtful;
    private int tries;

    private @Nullable ProducerIdentity identity;
    private int nextSequence;

    PartitionQueue(TopicPartition partition) {
        this.partition = partition;
    }

    void add(
            ProducerRecord record, int batchBytesMax, long timestampMillis, long nowNanos, Delivery.Listener listener) {
        var last = batches.peekLast();
        boolean closed = last == null
                || (batches.size() == 1 && (inFlight || tries > 0))
                || last.bytes() + Batch.sizeBytes(record) > batchBytesMax;
        if (last == null || closed) {
            last = new Batch(partition, nowNanos);
            batches.add(last);
        }
        last.add(record, timestampMillis, listener);
    }

    boolean isEmpty() {
        return batches.isEmpty();
    }

    boolean inFlight() {
        return inFlight;
    }

    /// When the first batch may go: `Long.MAX_VALUE` when there is none or one is on its way.
    long dueNanos(long lingerNanos, int batchBytesMax) {
        var first = batches.peekFirst();
        if (first == null || inFlight) return Long.MAX_VALUE;
        if (tries > 0) return notBeforeNanos;
        return hasFullBatch(batchBytesMax) ? first.createdNanos : first.createdNanos + lingerNanos;
    }

    boolean hasFullBatch(int batchBytesMax) {
        var first = batches.peekFirst();
        return first != null && (batches.size() > 1 || first.bytes() >= batchBytesMax);
    }

    Batch first() {
        return batches.getFirst();
    }

    /// Whether the leader must be asked for before the next try.
    boolean leaderDoubtful() {
        return leaderDoubtful;
    }

    void leaderKnown() {
        leaderDoubtful = false;
    }

    /// The first batch, now on its way.
    Batch depart() {
        inFlight = true;
        return batches.getFirst();
    }

    /// Numbers the first batch unless an earlier try did.
    void number(ProducerIdentity current) {
        var batch = batches.getFirst();
        if (batch.identity() != null) return;
        if (!current.equals(identity)) {
            identity = current;
            nextSequence = 0;
        }
        batch.number(current, nextSequence);
        nextSequence = RecordBatch.sequenceAfter(nextSequence, batch.recordCount());
    }

    /// The first batch comes back and will be tried again.
    void retry(long notBefore, boolean askForLeader) {
        inFlight = false;
        tries++;
        notBeforeNanos = notBefore;
        leaderDoubtful |= askForLeader;
    }

    int tries() {
        return tries;
    }

    /// The first batch is done with.
    void arrived() {
        batches.removeFirst();
        inFlight = false;
        tries = 0;
    }

    /// The broker refused the first batch, so that its sequence numbers are free again.
    void refused() {
        var batch = batches.getFirst();
        if (batch.identity() != null && batch.identity().equals(identity)) nextSequence = batch.baseSequence();
        arrived();
    }

    /// Two batches in place of the first one, which was refused as too large.
    void split() {
        var halves = batches.getFirst().halves();
        refused();
        batches.addFirst(halves.get(1));
        batches.addFirst(halves.get(0));
    }
}
