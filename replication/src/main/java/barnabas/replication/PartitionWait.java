package barnabas.replication;

import org.jspecify.annotations.Nullable;

/// One wait for records of a leader epoch; a link in its queue. Owner: the lock of its [Partition].
public final class PartitionWait {
    /// The event that a wait is for.
    public enum Until {
        /// The high watermark reaches the offset (`acks=all`).
        COMMITTED,
        /// This broker's disk has the records as its topic asks (`acks=1`).
        DURABLE
    }

    @FunctionalInterface
    public interface Listener {
        /// Called once, on the thread that moved the partition or on the one that began the wait: for a note only.
        void ended(WaitOutcome outcome);
    }

    final long offset;
    private final Listener listener;

    @Nullable
    PartitionWait before;

    @Nullable
    PartitionWait after;

    /// The queue it stands in; null before and after.
    @Nullable
    WaitQueue queue;

    private @Nullable WaitOutcome outcome;

    PartitionWait(long offset, Listener listener) {
        this.offset = offset;
        this.listener = listener;
    }

    void decide(WaitOutcome decided) {
        outcome = decided;
    }

    /// Calls the listener, without the partition's lock.
    void announce() {
        WaitOutcome decided = outcome;
        if (decided == null) throw new IllegalStateException("bug: a wait without outcome");
        listener.ended(decided);
    }
}
