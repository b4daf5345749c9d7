package barnabas.log.compaction;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Bytes per second, for all threads together; and the place where work that is to end finds out. Thread-safe.
public final class RateLimit {
    /// So long may the past be made up for: a second of silence does not allow a burst.
    private static final long CREDIT_NANOS = 100_000_000;

    private final double bytesPerSecond;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stop = lock.newCondition();
    /// When what has been spent so far is paid off.
    private long paidAtNanos;

    private boolean stopped;

    /// @param bytesPerSecond `Double.MAX_VALUE` for no limit
    public RateLimit(double bytesPerSecond, Clock clock) {
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
        this.paidAtNanos = clock.nanos();
    }

    /// Waits until so many bytes more may be read or written.
    ///
    /// @return false when it is time to stop
    public boolean spend(long bytes) {
        lock.lock();
        try {
            if (stopped) return false;
            if (bytesPerSecond >= Long.MAX_VALUE) return true;
            long now = clock.nanos();
            paidAtNanos = Math.max(paidAtNanos, now - CREDIT_NANOS) + (long) (bytes * 1e9 / bytesPerSecond);
            return pause(paidAtNanos - now);
        } finally {
            lock.unlock();
        }
    }

    /// Waits; false when it is time to stop.
    public boolean pauseMillis(long millis) {
        lock.lock();
        try {
            return pause(TimeUnit.MILLISECONDS.toNanos(millis));
        } finally {
            lock.unlock();
        }
    }

    private boolean pause(long nanos) {
        try {
            var deadline = new Deadline(clock, clock.nanos() + nanos);
            while (!stopped && !deadline.passed()) deadline.await(lock, stop);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
        return !stopped;
    }

    public void stop() {
        lock.lock();
        try {
            stopped = true;
            stop.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }
}
