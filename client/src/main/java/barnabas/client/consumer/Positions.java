package barnabas.client.consumer;

import barnabas.base.Clock;
import barnabas.client.TopicPartition;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Position of a consumer in each of its partitions, and the partitions that a fetch may request now. Shared by the
/// consumer's thread and the fetchers; guarded by its own lock.
final class Positions {
    /// A partition that a fetch asks for.
    record Wanted(TopicPartition partition, long offset, long generation) {}

    private static final class State {
        long position = -1;
        long generation;
        /// An answer is on its way or waits for the application.
        boolean busy;

        long notBeforeNanos;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<TopicPartition, State> states = new HashMap<>();
    private final Clock clock;
    private final long waitingBytesMax;
    private long generations;
    private long waitingBytes;
    private boolean closed;

    Positions(long waitingBytesMax, Clock clock) {
        this.clock = clock;
        this.waitingBytesMax = waitingBytesMax;
    }

    /// Makes these the assigned partitions; those that stay keep their positions.
    void assign(Collection<TopicPartition> partitions) {
        lock.lock();
        try {
            states.keySet().retainAll(new HashSet<>(partitions));
            for (var partition : partitions) {
                states.computeIfAbsent(partition, key -> {
                    var state = new State();
                    state.generation = ++generations;
                    return state;
                });
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void seek(TopicPartition partition, long offset) {
        lock.lock();
        try {
            var state = states.get(partition);
            if (state == null) throw new IllegalArgumentException(partition + " is not assigned");
            state.position = offset;
            state.generation = ++generations;
            state.busy = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Set<TopicPartition> assigned() {
        lock.lock();
        try {
            return new HashSet<>(states.keySet());
        } finally {
            lock.unlock();
        }
    }

    Set<TopicPartition> withoutPosition() {
        lock.lock();
        try {
            var result = new HashSet<TopicPartition>();
            states.forEach((partition, state) -> {
                if (state.position < 0) result.add(partition);
            });
            return result;
        } finally {
            lock.unlock();
        }
    }

    /// The offset of the next record that [Consumer#poll] returns.
    OptionalLong position(TopicPartition partition) {
        lock.lock();
        try {
            var state = states.get(partition);
            return state == null || state.position < 0 ? OptionalLong.empty() : OptionalLong.of(state.position);
        } finally {
            lock.unlock();
        }
    }

    Map<TopicPartition, Long> all() {
        lock.lock();
        try {
            var result = new HashMap<TopicPartition, Long>();
            states.forEach((partition, state) -> {
                if (state.position >= 0) result.put(partition, state.position);
            });
            return result;
        } finally {
            lock.unlock();
        }
    }

    /// Says which broker leads a partition now.
    interface Leaders {
        int leaderId(TopicPartition partition);
    }

    /// Partitions of a broker that are due for a fetch; waits until there is one or the time has passed.
    Map<TopicPartition, Wanted> take(int brokerId, Leaders leaders, long waitNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = waitNanos;
            while (true) {
                var wanted = takeNow(brokerId, leaders);
                if (!wanted.isEmpty() || closed || left <= 0) return wanted;
                // Wake now and then for partitions that pause after an error or whose leader has moved here.
                long slept = Math.min(left, TimeUnit.MILLISECONDS.toNanos(100));
                changed.awaitNanos(slept);
                left -= slept;
            }
        } finally {
            lock.unlock();
        }
    }

    private Map<TopicPartition, Wanted> takeNow(int brokerId, Leaders leaders) {
        var wanted = new HashMap<TopicPartition, Wanted>();
        if (closed || waitingBytes > waitingBytesMax) return wanted;
        long now = clock.nanos();
        states.forEach((partition, state) -> {
            boolean due = !state.busy && state.position >= 0 && state.notBeforeNanos - now <= 0;
            if (due && leaders.leaderId(partition) == brokerId) {
                state.busy = true;
                wanted.put(partition, new Wanted(partition, state.position, state.generation));
            }
        });
        return wanted;
    }

    /// Return partitions whose fetch gave no records; they may be taken again, after a pause when the fetch failed.
    void giveBack(Iterator<Wanted> taken, long pauseNanos) {
        lock.lock();
        try {
            long notBefore = clock.nanos() + pauseNanos;
            while (taken.hasNext()) {
                var wanted = taken.next();
                var state = states.get(wanted.partition());
                if (state == null || state.generation != wanted.generation()) continue;
                state.busy = false;
                state.notBeforeNanos = notBefore;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void waiting(int bytes) {
        lock.lock();
        try {
            waitingBytes += bytes;
        } finally {
            lock.unlock();
        }
    }

    /// The application takes an answer.
    ///
    /// @return false when a seek or a new assignment made it worthless
    boolean consume(FetchedPartition fetched) {
        lock.lock();
        try {
            waitingBytes -= fetched.bytes();
            var state = states.get(fetched.partition());
            boolean current = state != null && state.generation == fetched.generation();
            if (current && state != null) {
                if (fetched.failure() == null) state.position = fetched.nextOffset();
                state.busy = false;
            }
            changed.signalAll();
            return current;
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
