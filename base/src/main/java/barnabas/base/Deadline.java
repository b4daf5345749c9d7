package barnabas.base;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A moment by which something must be done, on the monotonic clock: a wall clock that is set back must not prolong a
/// time-out.
///
/// @param nanos on the scale of [Clock#nanos]
public record Deadline(Clock clock, long nanos) {
    public static Deadline in(Duration duration, Clock clock) {
        return new Deadline(clock, clock.nanos() + duration.toNanos());
    }

    public static Deadline inMillis(long millis, Clock clock) {
        return new Deadline(clock, clock.nanos() + millis * 1_000_000);
    }

    public boolean passed() {
        return clock.nanos() - nanos >= 0;
    }

    /// The time left, never negative.
    public Duration left() {
        return Duration.ofNanos(leftNanos());
    }

    /// The time left, never negative.
    public long leftNanos() {
        return Math.max(0, nanos - clock.nanos());
    }

    /// See [Clock#parkUntil].
    public void park(Object blocker) {
        clock.parkUntil(blocker, nanos);
    }

    /// See [Clock#awaitUntil].
    public void await(ReentrantLock lock, Condition condition) throws InterruptedException {
        clock.awaitUntil(lock, condition, nanos);
    }
}
