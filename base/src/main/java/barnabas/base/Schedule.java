package barnabas.base;

import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Runs work at given moments, one piece after the other, on one thread. Nothing is due: the thread waits and costs
/// nothing.
///
/// Owner: `lock` for the entries; any thread may add.
public final class Schedule implements AutoCloseable {
    private record Entry(long nanos, long number, Runnable work) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return nanos != other.nanos ? Long.compare(nanos - other.nanos, 0) : Long.compare(number, other.number);
        }
    }

    private final Clock clock;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Entry> entries = new PriorityQueue<>(); // guarded by lock
    private long added; // guarded by lock
    private boolean closed; // guarded by lock

    public Schedule(String name, Clock clock, Threads threads) {
        this.clock = clock;
        this.thread = threads.start(name, this::run);
    }

    /// A piece of work that is not due yet.
    @FunctionalInterface
    public interface Pending {
        /// Drops the work, and with it what it refers to. Does nothing once the work has begun.
        void cancel();
    }

    /// Runs `work` once, at or after `nanos` on the scale of [Clock#nanos]. After [#close] it is dropped.
    public Pending at(long nanos, Runnable work) {
        lock.lock();
        try {
            if (closed) return () -> {};
            var entry = new Entry(nanos, added++, work);
            Entry first = entries.peek();
            entries.add(entry);
            if (first == null || entry.compareTo(first) < 0) changed.signal();
            return () -> cancel(entry);
        } finally {
            lock.unlock();
        }
    }

    private void cancel(Entry entry) {
        lock.lock();
        try {
            entries.remove(entry);
        } finally {
            lock.unlock();
        }
    }

    /// Runs `work` again and again, each time `millis` after it ended, the first time in `millis` from now.
    public void everyMillis(long millis, Runnable work) {
        at(clock.nanos() + millis * 1_000_000, () -> {
            work.run();
            everyMillis(millis, work);
        });
    }

    private void run() {
        try {
            for (Runnable work = awaitDue(); work != null; work = awaitDue()) work.run();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /// Null when the schedule is closed.
    private @Nullable Runnable awaitDue() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                Entry first = entries.peek();
                if (first == null) changed.await();
                else if (first.nanos - clock.nanos() <= 0) return entries.remove().work;
                else clock.awaitUntil(lock, changed, first.nanos);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /// Drops what is not due and waits for the end of what is running, unless that is the caller.
    @Override
    public void close() {
        drop();
        join();
    }

    /// Closes as [#close] does and interrupts what is running: for work that waits for others.
    public void closeNow() {
        drop();
        thread.interrupt();
        join();
    }

    private void drop() {
        lock.lock();
        try {
            closed = true;
            entries.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void join() {
        if (!thread.equals(Thread.currentThread())) Joining.join(thread);
    }
}
