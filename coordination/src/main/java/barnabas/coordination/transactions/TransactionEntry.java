package barnabas.coordination.transactions;

import barnabas.coordination.Now;
import barnabas.coordination.Producer;
import barnabas.coordination.Ticket;
import barnabas.coordination.Timers.Timer;
import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// A transactional id in the memory of its shard: what is stored, and what may be lost.
final class TransactionEntry {
    /// Producers that were let wait for the end of the transaction before theirs. One client has at most a few
    /// requests in flight.
    static final int WAITING_MAX = 100;

    /// A request to add partitions as soon as the previous transaction is complete.
    ///
    /// @param patience ends the wait
    record Waiting(
            Ticket<ErrorCode> ticket,
            Producer producer,
            Collection<Participant> participants,
            short clientVersion,
            Timer patience) {}

    private Transaction stored;
    private short lastEpoch = Transaction.NO_PRODUCER_EPOCH;
    private int attempts;
    private long seenStartMillis = -1;
    private long seenTicks;
    private final List<Waiting> waiting = new ArrayList<>();

    TransactionEntry(Transaction stored) {
        this.stored = stored;
    }

    Transaction stored() {
        return stored;
    }

    void stored(Transaction changed) {
        stored = changed;
    }

    /// True when the open transaction has been open for longer than its producer asked for: since its start by the
    /// wall clock or, as that can be set back by days, since the first call for this transaction.
    boolean isOverdue(Now now) {
        if (seenStartMillis != stored.startMillis()) {
            seenStartMillis = stored.startMillis();
            seenTicks = now.ticks();
        }
        return now.millis() - stored.startMillis() > stored.timeoutMillis()
                || now.ticks() - seenTicks > stored.timeoutMillis();
    }

    /// The epoch before the current one, when the same producer holds both: it may have missed the answer that gave
    /// it the newer one. -1 when the current epoch was given to another producer.
    short lastEpoch() {
        return lastEpoch;
    }

    void lastEpoch(short epoch) {
        lastEpoch = epoch;
    }

    /// Number of tries of the ending transaction's markers that failed.
    int failedAttempts() {
        return attempts;
    }

    void failedAttempts(int count) {
        attempts = count;
    }

    List<Waiting> waiting() {
        return waiting;
    }
}
