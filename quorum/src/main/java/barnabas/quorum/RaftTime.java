package barnabas.quorum;

import barnabas.base.Clock;
import org.apache.kafka.common.utils.Time;

/// The node's clock, as Kafka's classes ask for it. The engine has one scale for its time-outs and for timestamps: the
/// wall clock at the start, and what has passed since. When the wall clock is set, no time-out stands still or is over.
record RaftTime(Clock clock, long beginMillis, long beginNanos) implements Time {
    static RaftTime of(Clock clock) {
        return new RaftTime(clock, clock.millis(), clock.nanos());
    }

    @Override
    public long milliseconds() {
        return beginMillis + (clock.nanos() - beginNanos) / 1_000_000;
    }

    @Override
    public long nanoseconds() {
        return clock.nanos();
    }

    @Override
    public void sleep(long millis) {
        long end = clock.nanos() + millis * 1_000_000;
        while (clock.nanos() - end < 0 && !Thread.currentThread().isInterrupted()) clock.parkUntil(this, end);
    }
}
