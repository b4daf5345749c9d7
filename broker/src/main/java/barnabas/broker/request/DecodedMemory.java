package barnabas.broker.request;

import barnabas.base.Clock;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The budget for large requests that are decoded and not answered yet, and for large answers while they are
/// built, all connections together. A frame of a few megabytes may take ten times as much once it is decoded, so a
/// request takes its part before it is decoded: first the most that its frame can become, then what it did become.
/// Requests wait for their part in the order in which they came, as frames, which count against the request memory.
public final class DecodedMemory {
    /// Amounts are an `int`.
    private static final int UNIT_BYTES = 1 << 10;
    /// Requests that wait for other clients get this share of the budget, beside it: they must not keep others out.
    private static final int WAITING_SHARE = 2;

    private final int unitsMax;
    private final int elementsMax;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    /// Requests that wait for their part, the first one first.
    private final Queue<Object> queue = new ArrayDeque<>();
    private int free;
    /// Room for requests that wait for what other clients do.
    private final Semaphore freeForWaiting;

    DecodedMemory(MemoryBudget budget, Clock clock) {
        this.clock = clock;
        this.unitsMax = Math.clamp(budget.decodedBytesMax() / UNIT_BYTES, 1, Integer.MAX_VALUE);
        this.elementsMax = budget.requestElementsMax();
        this.free = unitsMax;
        this.freeForWaiting = new Semaphore(unitsMax / WAITING_SHARE);
    }

    /// Memory reserved for one request. Returned at most once, by any thread.
    final class Part {
        private final AtomicInteger units;
        private final AtomicInteger waitingUnits = new AtomicInteger();

        private Part(int units) {
            this.units = new AtomicInteger(units);
        }

        /// Makes room for others, as this request will wait for other clients; false when there is no room for one
        /// more that waits.
        boolean waits() {
            int held = units.get();
            if (!freeForWaiting.tryAcquire(held)) return false;
            waitingUnits.addAndGet(held);
            release(units.getAndSet(0));
            return true;
        }

        /// The request is decoded: its bytes count as a waiting request's, here its elements stay.
        void decoded(int elements) {
            int kept = units(elements, 0);
            int before = units.getAndUpdate(held -> Math.min(held, kept));
            if (before > kept) release(before - kept);
        }

        void giveBack() {
            int held = units.getAndSet(0);
            if (held > 0) release(held);
            int waiting = waitingUnits.getAndSet(0);
            if (waiting > 0) freeForWaiting.release(waiting);
        }
    }

    /// The part of a frame that is about to be decoded; null when others did not make room in time.
    @Nullable
    Part take(int frameBytes, long patienceMillis) throws InterruptedException {
        int units = units(Math.min(frameBytes, elementsMax), frameBytes);
        return acquire(units, clock.nanos() + patienceMillis * 1_000_000) ? new Part(units) : null;
    }

    /// The part of an answer that is about to be built; null when others did not make room in time.
    @Nullable
    Part takeForAnswer(long heapBytes, long patienceMillis) throws InterruptedException {
        int units = (int) Math.min(unitsMax, heapBytes / UNIT_BYTES);
        return acquire(units, clock.nanos() + patienceMillis * 1_000_000) ? new Part(units) : null;
    }

    private boolean acquire(int units, long deadlineNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!queue.isEmpty() || free < units) return acquireInTurn(units, deadlineNanos);
            free -= units;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean acquireInTurn(int units, long deadlineNanos) throws InterruptedException {
        var turn = new Object();
        queue.add(turn);
        try {
            while (!turn.equals(queue.peek()) || free < units) {
                if (clock.nanos() - deadlineNanos >= 0) return false;
                clock.awaitUntil(lock, moved, deadlineNanos);
            }
            free -= units;
            return true;
        } finally {
            queue.remove(turn);
            moved.signalAll();
        }
    }

    private void release(int units) {
        lock.lock();
        try {
            free += units;
            if (!queue.isEmpty()) moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// A request that may become more than the budget takes all of it.
    private int units(int elements, int bytes) {
        long units = ((long) elements * MemoryBudget.ELEMENT_BYTES + bytes) / UNIT_BYTES;
        return (int) Math.min(unitsMax, units);
    }

    /// Requests and answers that wait for their part.
    int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    private int freeUnits() {
        lock.lock();
        try {
            return free;
        } finally {
            lock.unlock();
        }
    }

    /// Bytes that requests take now.
    long heldBytes() {
        int units = unitsMax - freeUnits();
        int waiting = unitsMax / WAITING_SHARE - freeForWaiting.availablePermits();
        return (long) (units + waiting) * UNIT_BYTES;
    }
}
