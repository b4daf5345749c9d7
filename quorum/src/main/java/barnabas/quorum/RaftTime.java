package barnabas.quorum;

import barnabas.base.Clock;
import org.apache.kafka.common.utils.Time;

/// The node's clock, as Kafka's classes ask for it.
record RaftTime(Clock clock) implements Time {
    @Override
    public long milliseconds() {
        return clock.millis();
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
