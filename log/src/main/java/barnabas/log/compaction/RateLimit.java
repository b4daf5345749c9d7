package barnabas.log.compaction;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;

/// Bytes per second, for all threads together; and the place where work that is to end finds out. Thread-safe.
public final class RateLimit {
    /// So long may the past be made up for: a second of silence does not allow a burst.
    private static final long CREDIT_NANOS = 100_000_000;

    /// A wait looks at the limit again after so long: it may have been raised.
    private static final long LOOK_NANOS = 200_000_000;

    private final DoubleSupplier bytesPerSecond;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stop = lock.newCondition();
    /// Bytes that were spent and are not paid off; negative for credit.
    private double owed;

    private long settledNanos;
    private boolean stopped;

    /// @param bytesPerSecond `Double.MAX_VALUE` for no limit
    public RateLimit(double bytesPerSecond, Clock clock) {
        this(() -> bytesPerSecond, clock);
    }

    /// @param bytesPerSecond the present limit
    public RateLimit(DoubleSupplier bytesPerSecond, Clock clock) {
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
        this.settledNanos = clock.nanos();
    }

    /// Waits until so many bytes more may be read or written.
    ///
    /// @return false when it is time to stop
    public boolean spend(long bytes) {
        lock.lock();
        try {
            double rate = settle();
            owed += bytes;
            while (!stopped && owed > 0 && rate < Long.MAX_VALUE) {
                if (!pause(Math.min(LOOK_NANOS, (long) (owed * 1e9 / rate) + 1))) return false;
                rate = settle();
            }
            if (rate >= Long.MAX_VALUE) owed = 0;
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    /// Pays off what the time since the last call allows.
    private double settle() {
        double rate = bytesPerSecond.getAsDouble();
        long now = clock.nanos();
        double paid = Math.min(rate, Long.MAX_VALUE) * (now - settledNanos) / 1e9;
        owed = Math.max(-Math.min(rate, Long.MAX_VALUE) * CREDIT_NANOS / 1e9, owed - paid);
        settledNanos = now;
        return rate;
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
