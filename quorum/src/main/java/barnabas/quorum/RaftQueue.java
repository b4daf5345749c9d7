package barnabas.quorum;

import barnabas.base.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.raft.ExpirationService;
import org.apache.kafka.raft.RaftMessage;
import org.apache.kafka.raft.RaftMessageQueue;
import org.jspecify.annotations.Nullable;

/// Work of the Raft thread: messages from other nodes, and time-outs of requests that wait for a commit. Both end
/// one wait, so that time-outs need no thread of their own.
///
/// Owner: `lock`. Any thread adds; the Raft thread alone polls.
final class RaftQueue implements RaftMessageQueue, ExpirationService {
    /// Messages that wait. Beyond it a request is refused: the other node asks again.
    static final int WAITING_MAX = 10_000;

    /// Pause of an engine that asks for none twice in a row, with nothing to do: one that is no voter and knows no
    /// leader looks at an election timer that ended long ago.
    private static final long REST_MILLIS = 10;

    private record Entry(RaftMessage message, CompletableFuture<RaftMessage> future) implements QueueEntry {}

    private record Expiry(long nanos, long number, CompletableFuture<?> future) implements Comparable<Expiry> {
        @Override
        public int compareTo(Expiry other) {
            return nanos != other.nanos ? Long.compare(nanos - other.nanos, 0) : Long.compare(number, other.number);
        }
    }

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // guarded by lock
    private final ArrayDeque<Entry> messages = new ArrayDeque<>();
    private final PriorityQueue<Expiry> expiries = new PriorityQueue<>();
    private long added;
    private boolean woken;

    /// The last poll was for no time and brought nothing. Only the Raft thread uses it.
    private boolean restless;

    /// Set before the Raft thread begins.
    private @Nullable EngineGate gate;

    RaftQueue(Clock clock) {
        this.clock = clock;
    }

    /// Has messages kept from the engine. Before the first poll.
    void guard(EngineGate with) {
        gate = with;
    }

    @Override
    public CompletionStage<RaftMessage> add(RaftMessage message) {
        var entry = new Entry(message, new CompletableFuture<>());
        lock.lock();
        try {
            if (messages.size() >= WAITING_MAX) {
                entry.future.completeExceptionally(new TimeoutException("too many requests wait for the Raft thread"));
            } else {
                messages.add(entry);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
        return entry.future;
    }

    /// The next message; empty when none came in time, after [#wakeup], and after one that was refused.
    @Override
    public Optional<QueueEntry> poll(long timeoutMillis) {
        long millis = timeoutMillis <= 0 && restless ? REST_MILLIS : Math.min(timeoutMillis, 3_600_000);
        Optional<QueueEntry> next = pollUntil(clock.nanos() + millis * 1_000_000);
        restless = timeoutMillis <= 0 && next.isEmpty();
        return next;
    }

    private Optional<QueueEntry> pollUntil(long deadline) {
        while (true) {
            List<CompletableFuture<?>> late;
            Entry next = null;
            lock.lock();
            try {
                late = takeLate();
                if (late.isEmpty()) next = messages.poll();
                if (late.isEmpty() && next == null) {
                    if (woken || clock.nanos() - deadline >= 0) {
                        woken = false;
                        return Optional.empty();
                    }
                    Expiry first = expiries.peek();
                    long until = first != null && first.nanos - deadline < 0 ? first.nanos : deadline;
                    clock.awaitUntil(lock, changed, until);
                }
            } catch (InterruptedException _) {
                // This thread is never interrupted to end it: see QuorumMetadataLog#close.
                continue;
            } finally {
                lock.unlock();
            }
            // The engine looks at its timers between two messages, refused ones too.
            if (next != null) return gated(next);
            for (var each : late) each.completeExceptionally(new TimeoutException("not committed in time"));
        }
    }

    private Optional<QueueEntry> gated(Entry entry) {
        EngineGate guard = gate;
        if (guard == null) return Optional.of(entry);
        RaftMessage refusal = guard.refusal(entry.message);
        if (refusal == null) return Optional.of(new Entry(guard.seen(entry.message), entry.future));
        entry.future.complete(refusal);
        return Optional.empty();
    }

    /// With the lock held.
    private List<CompletableFuture<?>> takeLate() {
        var late = new ArrayList<CompletableFuture<?>>();
        long now = clock.nanos();
        for (Expiry first = expiries.peek();
                first != null && (first.future.isDone() || first.nanos - now <= 0);
                first = expiries.peek()) {
            late.add(expiries.remove().future);
        }
        late.removeIf(CompletableFuture::isDone);
        return late;
    }

    @Override
    public boolean isEmpty() {
        lock.lock();
        try {
            return messages.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wakeup() {
        lock.lock();
        try {
            woken = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public <T> CompletableFuture<T> failAfter(long timeoutMillis) {
        var future = new CompletableFuture<T>();
        lock.lock();
        try {
            expiries.add(new Expiry(clock.nanos() + timeoutMillis * 1_000_000, added++, future));
            changed.signal();
        } finally {
            lock.unlock();
        }
        return future;
    }
}
