package barnabas.cluster;

import barnabas.base.Clock;

/// A clock that stands still until something waits for a moment, and then is at that moment.
final class SteppedClock implements Clock {
    private long nanos = 1_000_000_000_000L;

    @Override
    public long millis() {
        return nanos / 1_000_000;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public void parkUntil(Object blocker, long deadlineNanos) {
        nanos = Math.max(nanos, deadlineNanos);
    }
}
