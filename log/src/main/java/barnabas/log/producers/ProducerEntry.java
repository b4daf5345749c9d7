package barnabas.log.producers;

import barnabas.protocol.records.RecordBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// State of one producer in a partition: its epoch, its last batches and the start of its open transaction. Owner:
/// the partition's lock.
public final class ProducerEntry {
    /// Idempotent producers have at most this many requests in flight at one broker. An older batch is sent again only
    /// when the leader moved meanwhile: see [#holds].
    public static final int BATCHES_MAX = 5;

    static final int NO_COORDINATOR_EPOCH = -1;
    static final long NO_TRANSACTION = -1;

    private final long producerId;
    private short epoch = RecordBatch.NO_PRODUCER_EPOCH;
    private int coordinatorEpoch = NO_COORDINATOR_EPOCH;
    private long transactionFirstOffset = NO_TRANSACTION;
    private long lastTimestamp = RecordBatch.NO_TIMESTAMP;

    /// When this entry was last written to, by the broker's clock: what expiry goes by.
    private long lastActiveMillis;

    /// The oldest first; null until the first batch.
    private Batch[] batches = {};

    /// First sequence of this epoch from which on all up to the last one are known to be in the log.
    private int knownFrom = RecordBatch.NO_SEQUENCE;

    /// True from the first data batch on, in any epoch.
    private boolean appended;
    /// True from the second data batch on, until [#demote].
    private boolean returned;

    /// The links of the queue that the entry is in. Owner: [ProducerQueue].
    @Nullable
    ProducerQueue queue;

    @Nullable
    ProducerEntry older;

    @Nullable
    ProducerEntry newer;

    /// One batch as it lies in the log.
    public record Batch(int lastSequence, long lastOffset, int offsetDelta, long timestamp) {
        int firstSequence() {
            return (lastSequence - offsetDelta) & Integer.MAX_VALUE;
        }

        public long firstOffset() {
            return lastOffset - offsetDelta;
        }
    }

    ProducerEntry(long producerId) {
        this.producerId = producerId;
    }

    long producerId() {
        return producerId;
    }

    short epoch() {
        return epoch;
    }

    int coordinatorEpoch() {
        return coordinatorEpoch;
    }

    long transactionFirstOffset() {
        return transactionFirstOffset;
    }

    boolean hasOpenTransaction() {
        return transactionFirstOffset != NO_TRANSACTION;
    }

    long lastTimestamp() {
        return lastTimestamp;
    }

    long lastActiveMillis() {
        return lastActiveMillis;
    }

    void active(long nowMillis) {
        lastActiveMillis = nowMillis;
    }

    Batch[] batches() {
        return batches;
    }

    boolean hasBatches() {
        return batches.length > 0;
    }

    int lastSequence() {
        return hasBatches() ? batches[batches.length - 1].lastSequence() : RecordBatch.NO_SEQUENCE;
    }

    long lastOffset() {
        return hasBatches() ? batches[batches.length - 1].lastOffset() : -1;
    }

    boolean hasReturned() {
        return returned;
    }

    /// Count as a producer of one batch until the next one.
    void demote() {
        returned = false;
    }

    /// A new epoch starts its sequence over, so older batches count no more.
    void enter(short newEpoch) {
        if (epoch == newEpoch) return;
        epoch = newEpoch;
        batches = new Batch[0];
        knownFrom = RecordBatch.NO_SEQUENCE;
    }

    void add(Batch batch) {
        int first = batch.firstSequence();
        // numbers that begin again at 0 behind the largest one could be meant for either round
        if (first > batch.lastSequence()) knownFrom = 0;
        else if (!hasBatches() || lastSequence() == Integer.MAX_VALUE || first != lastSequence() + 1) knownFrom = first;
        if (batches.length < BATCHES_MAX) {
            batches = Arrays.copyOf(batches, batches.length + 1);
        } else {
            System.arraycopy(batches, 1, batches, 0, BATCHES_MAX - 1);
        }
        batches[batches.length - 1] = batch;
        returned = appended;
        appended = true;
        lastTimestamp = batch.timestamp();
    }

    /// Whether a batch with these sequences of this epoch is in the log, before those that are kept here.
    boolean holds(int firstSequence, int lastSequence) {
        return hasBatches()
                && knownFrom >= 0
                && firstSequence >= knownFrom
                && firstSequence <= lastSequence
                && lastSequence < batches[0].firstSequence();
    }

    void openTransaction(long firstOffset) {
        transactionFirstOffset = firstOffset;
    }

    void endTransaction(int byCoordinatorEpoch, long timestamp) {
        transactionFirstOffset = NO_TRANSACTION;
        coordinatorEpoch = byCoordinatorEpoch;
        lastTimestamp = timestamp;
    }

    /// As read from a snapshot.
    void restore(
            short restoredEpoch, int restoredCoordinatorEpoch, long openTransaction, long timestamp, Batch[] from) {
        epoch = restoredEpoch;
        coordinatorEpoch = restoredCoordinatorEpoch;
        transactionFirstOffset = openTransaction;
        lastTimestamp = timestamp;
        batches = from;
        knownFrom = from.length == 0 ? RecordBatch.NO_SEQUENCE : from[from.length - 1].firstSequence();
        appended = from.length > 0;
        returned = from.length > 1;
    }
}
