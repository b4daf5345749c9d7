package barnabas.metrics;

import java.util.Arrays;
import java.util.List;

/// Values of a [Histogram] at one moment: count and sum of all, quantiles of the recent ones. Immutable.
public final class Distribution {
    private static final long[] NO_COUNTS = {};
    /// The quantiles of Kafka's histograms, as the exporter of its MBeans writes them.
    static final List<String> SHOWN = List.of("0.50", "0.75", "0.95", "0.98", "0.99", "0.999");

    static final Distribution NONE = ofTotals(0, 0);

    /// By bucket; empty when only the totals are known.
    private final long[] recent;
    private final long recentCount;
    private final long count;
    private final long sum;

    Distribution(long[] recent, long count, long sum) {
        this.recent = recent;
        long sumOfRecent = 0;
        for (long each : recent) sumOfRecent += each;
        this.recentCount = sumOfRecent;
        this.count = count;
        this.sum = sum;
    }

    /// Values whose quantiles are not kept.
    public static Distribution ofTotals(long count, long sum) {
        return new Distribution(NO_COUNTS, count, sum);
    }

    /// Number of all values since the start.
    public long count() {
        return count;
    }

    /// Sum of all values since the start.
    public long sum() {
        return sum;
    }

    /// The values of both.
    public Distribution plus(Distribution other) {
        if (other.recent.length == 0) return new Distribution(recent, count + other.count, sum + other.sum);
        long[] both = Arrays.copyOf(other.recent, other.recent.length);
        for (int i = 0; i < recent.length; i++) both[i] += recent[i];
        return new Distribution(both, count + other.count, sum + other.sum);
    }

    boolean hasQuantiles() {
        return recent.length > 0;
    }

    /// Shares for [#quantile] that readers are shown; none without recent values.
    public List<Double> shownQuantiles() {
        return recentCount == 0
                ? List.of()
                : SHOWN.stream().map(Double::valueOf).toList();
    }

    /// The upper bound of the bucket that the recent value of this rank lies in; NaN without recent values.
    ///
    /// @param share from 0 to 1, as 0.99
    public double quantile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * recentCount));
        long seen = 0;
        for (int i = 0; i < recent.length && recentCount > 0; i++) {
            seen += recent[i];
            if (seen >= rank) return Histogram.upperBound(i);
        }
        return Double.NaN;
    }

    /// Upper bound of the smallest recent value's bucket; NaN without recent values.
    public double smallest() {
        return quantile(0);
    }

    /// Upper bound of the largest recent value's bucket; NaN without recent values.
    public double largest() {
        return quantile(1);
    }

    /// Standard deviation of the recent values, each taken as its bucket's upper bound; NaN without recent values.
    public double deviation() {
        if (recentCount == 0) return Double.NaN;
        double total = 0;
        for (int i = 0; i < recent.length; i++) total += recent[i] * (double) Histogram.upperBound(i);
        double mean = total / recentCount;
        double squares = 0;
        for (int i = 0; i < recent.length; i++) {
            double away = Histogram.upperBound(i) - mean;
            squares += recent[i] * away * away;
        }
        return Math.sqrt(squares / recentCount);
    }
}
