package barnabas.net;

import barnabas.base.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Stands still until it is advanced.
final class ManualClock implements Clock {
    private final AtomicLong nanos = new AtomicLong();

    void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    @Override
    public long millis() {
        return nanos.get() / 1_000_000;
    }

    @Override
    public long nanos() {
        return nanos.get();
    }
}
