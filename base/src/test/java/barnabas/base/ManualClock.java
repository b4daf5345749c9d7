package barnabas.base;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Time that stands still until a test moves it.
public final class ManualClock implements Clock {
    private final AtomicLong nanos = new AtomicLong();
    private final long startMillis;

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

    public void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
