package barnabas.metrics;

import barnabas.base.Mutex;

/// Events a second of a count between two readings. For any thread.
public final class ReadRate {
    /// Rates over less are not worth much.
    private static final long NANOS_MIN = 1_000_000_000;

    private final Mutex mutex = new Mutex();
    private long countBefore; // guarded by mutex, as all below
    private long nanosBefore;
    private boolean isRead;
    private double rate;

    /// Since the reading before; 0 at the first one, that of the reading before within a second of it.
    public double next(long count, long nowNanos) {
        try (var _ = mutex.hold()) {
            if (isRead && nowNanos - nanosBefore < NANOS_MIN) return rate;
            if (isRead) rate = (count - countBefore) * 1e9 / (nowNanos - nanosBefore);
            isRead = true;
            countBefore = count;
            nanosBefore = nowNanos;
            return rate;
        }
    }
}
