package barnabas.base;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// The time seam. `millis` is wall-clock time for timestamps that people see; `nanos` is monotonic, for time-outs.
/// Every wait that ends by time goes through this interface, so that a simulation decides when time passes.
public interface Clock {
    /// Milliseconds since the epoch.
    long millis();

    /// Monotonic nanoseconds from an arbitrary origin.
    long nanos();

    /// Parks the calling thread until it is unparked or interrupted, or until `deadlineNanos` on the scale of [#nanos].
    /// May return earlier: the caller looks at its condition again.
    default void parkUntil(Object blocker, long deadlineNanos) {
        long left = deadlineNanos - nanos();
        if (left > 0) LockSupport.parkNanos(blocker, left);
    }

    /// Waits for a while, as this clock counts.
    default void sleep(Duration time) throws InterruptedException {
        var deadline = Deadline.in(time, this);
        while (!deadline.passed()) {
            deadline.park(this);
            if (Thread.interrupted()) throw new InterruptedException();
        }
    }

    /// Waits for a signal of `condition`, whose `lock` the caller holds, or until `deadlineNanos` on the scale of
    /// [#nanos]. May return earlier: the caller looks at its condition again.
    ///
    /// @param lock the lock of `condition`: a simulated clock takes it to signal that the time has come
    @SuppressWarnings("WaitNotInLoop") // the caller has the loop
    default void awaitUntil(ReentrantLock lock, Condition condition, long deadlineNanos) throws InterruptedException {
        long left = deadlineNanos - nanos();
        if (left > 0) {
            long _ = condition.awaitNanos(left);
        }
    }

    Clock SYSTEM = new Clock() {
        @Override
        public long millis() {
            return System.currentTimeMillis();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }
    };
}
