package barnabas.coordination;

import barnabas.base.Clock;

/// Time that passes when a test says so.
public final class VirtualClock implements Clock {
    /// An arbitrary wall-clock moment, so that nothing mistakes it for the monotonic time.
    public static final long START_MILLIS = 1_700_000_000_000L;

    private long elapsedMillis;

    public void advance(long millis) {
        elapsedMillis += millis;
    }

    public long elapsedMillis() {
        return elapsedMillis;
    }

    @Override
    public long millis() {
        return START_MILLIS + elapsedMillis;
    }

    @Override
    public long nanos() {
        return elapsedMillis * 1_000_000;
    }
}
