package barnabas.metadata.quotas;

import barnabas.base.Mutex;

/// Allowance of the clients that share a limit: it grows by the limit with time, up to a burst, and what they take may
/// exceed it once. They wait then until it is made up for, so that the limit holds whatever the sizes are.
///
/// For any thread.
public final class TokenBucket {
    private final Mutex changes = new Mutex();
    private final double burstSeconds;
    private final double debtSecondsMax;
    private double seconds;
    private double lastBound;
    private long atMillis;
    private boolean begun;

    /// @param burstSeconds so many seconds' worth may come at once
    /// @param debtSecondsMax debts beyond this are forgiven
    public TokenBucket(double burstSeconds, double debtSecondsMax) {
        this.burstSeconds = burstSeconds;
        this.debtSecondsMax = debtSecondsMax;
    }

    /// Whether the whole burst may come: nothing is lost when the bucket is dropped.
    public boolean isFull(long nowMillis) {
        try (var _ = changes.hold()) {
            return !begun || seconds + (nowMillis - atMillis) / 1_000.0 >= burstSeconds;
        }
    }

    /// Takes a value. The allowance is in seconds of the limit, so that it stays in proportion when the limit changes.
    /// A debt keeps its value: under a higher limit it is made up for sooner.
    ///
    /// @param bound a second
    /// @return milliseconds until nothing is owed; 0 when nothing is
    public long take(double value, double bound, long nowMillis) {
        try (var _ = changes.hold()) {
            double grown = begun ? seconds + (nowMillis - atMillis) / 1_000.0 : burstSeconds;
            if (begun && grown < 0 && bound != lastBound) grown = grown * lastBound / bound;
            begun = true;
            lastBound = bound;
            atMillis = nowMillis;
            seconds = Math.max(-debtSecondsMax, Math.min(burstSeconds, grown) - value / bound);
            return seconds >= 0 ? 0 : (long) Math.ceil(-seconds * 1_000);
        }
    }
}
