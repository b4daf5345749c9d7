package barnabas.client;

import barnabas.base.Clock;
import java.time.Duration;

/// A moment by which something must be done, on the monotonic clock.
public record Deadline(Clock clock, long nanos) {
    public static Deadline in(Duration duration, Clock clock) {
        return new Deadline(clock, clock.nanos() + duration.toNanos());
    }

    public boolean passed() {
        return clock.nanos() - nanos >= 0;
    }

    /// What is left, never negative.
    public Duration left() {
        return Duration.ofNanos(Math.max(0, nanos - clock.nanos()));
    }
}
