package barnabas.broker.jmx;

/// Counts per second of a counter: means over one, five and fifteen minutes that forget exponentially, as those of
/// Kafka's meters do, and over all time. Immutable; [#next] is that of a later moment.
///
/// @param sinceSeconds moment from which on the counter has counted
/// @param atSeconds moment of the count
/// @param isFirst whether there is no rate yet
record Rates(
        double sinceSeconds,
        double atSeconds,
        long count,
        boolean isFirst,
        double oneMinute,
        double fiveMinutes,
        double fifteenMinutes) {
    private static final double SECONDS_MIN = 0.1;

    static Rates begin(double sinceSeconds, double nowSeconds, long count) {
        return new Rates(sinceSeconds, nowSeconds, count, true, 0, 0, 0);
    }

    /// Rates with the count of a later moment.
    Rates next(double nowSeconds, long now) {
        double past = nowSeconds - atSeconds;
        if (past < SECONDS_MIN) return this;
        double rate = Math.max(0, now - count) / past;
        if (isFirst) return new Rates(sinceSeconds, nowSeconds, now, false, rate, rate, rate);
        return new Rates(
                sinceSeconds,
                nowSeconds,
                now,
                false,
                moved(oneMinute, rate, past, 60),
                moved(fiveMinutes, rate, past, 300),
                moved(fifteenMinutes, rate, past, 900));
    }

    private static double moved(double mean, double rate, double past, double window) {
        return mean + (1 - Math.exp(-past / window)) * (rate - mean);
    }

    /// Mean since the counter began.
    double mean() {
        return atSeconds > sinceSeconds ? count / (atSeconds - sinceSeconds) : 0;
    }
}
