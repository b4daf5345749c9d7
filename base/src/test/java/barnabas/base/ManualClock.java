package barnabas.base;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Time that stands still until a test moves it, or until a thread has waited for all of a time-out.
public final class ManualClock implements Clock {
    private final AtomicLong nanos = new AtomicLong();
    private volatile long startMillis;

    public ManualClock(long startMillis) {
        this.startMillis = startMillis;
    }

    @Override
    public long millis() {
        return startMillis + nanos.get() / 1_000_000;
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the caller has the loop
    public void awaitUntil(ReentrantLock lock, Condition condition, long deadlineNanos) throws InterruptedException {
        long left = deadlineNanos - nanos();
        if (left > 0 && condition.awaitNanos(left) <= 0) nanos.accumulateAndGet(deadlineNanos, Math::max);
    }

    /// Sets the wall clock by this much, back when that is negative; [#nanos] goes on as before.
    public void setWallClock(Duration by) {
        startMillis = startMillis + by.toMillis();
    }

    public void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
