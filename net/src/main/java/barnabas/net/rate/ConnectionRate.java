package barnabas.net.rate;

/// Lets a number of connections in per second, at most those of one second at once. Owner: one thread.
///
/// Each connection moves the time at which all of them would have come one by one; as long as that lies less than a
/// second ahead, the next one may come (the generic cell rate algorithm, ITU-T I.371).
public final class ConnectionRate {
    private static final long SECOND_NANOS = 1_000_000_000;

    private int perSecond = Integer.MAX_VALUE;
    private long reachedNanos;
    private boolean begun;

    /// Takes over another rate; what came under the rate before counts on.
    ///
    /// @param max [Integer#MAX_VALUE] for no limit, 0 for none at all
    public void limit(int max) {
        perSecond = max;
    }

    /// Wait of the next connection: 0 when it may come, [Long#MAX_VALUE] when none may.
    public long waitNanos(long nowNanos) {
        if (perSecond == Integer.MAX_VALUE) return 0;
        if (perSecond <= 0) return Long.MAX_VALUE;
        if (!begun) return 0;
        return Math.max(0, reachedNanos - nowNanos - (SECOND_NANOS - intervalNanos()));
    }

    /// A connection came.
    public void count(long nowNanos) {
        if (perSecond == Integer.MAX_VALUE || perSecond <= 0) return;
        long from = begun && reachedNanos - nowNanos > 0 ? reachedNanos : nowNanos;
        begun = true;
        reachedNanos = from + intervalNanos();
    }

    /// Whether a second's worth may come at once: nothing is lost when this is dropped.
    boolean isIdle(long nowNanos) {
        return !begun || reachedNanos - nowNanos <= 0;
    }

    private long intervalNanos() {
        return SECOND_NANOS / perSecond;
    }
}
