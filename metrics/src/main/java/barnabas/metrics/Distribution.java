package barnabas.metrics;

import java.util.Arrays;

/// Counts of a [Histogram] at one moment. Immutable.
public final class Distribution {
    static final Distribution NONE = new Distribution(new long[Histogram.BUCKETS], 0);

    private final long[] counts;
    private final long count;
    private final long sum;

    Distribution(long[] counts, long sum) {
        this.counts = counts;
        this.count = Arrays.stream(counts).sum();
        this.sum = sum;
    }

    public long count() {
        return count;
    }

    public long sum() {
        return sum;
    }

    /// The upper bound of the bucket that the value of this rank lies in; 0 without values.
    ///
    /// @param share from 0 to 1, as 0.99
    public long quantile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * count));
        long seen = 0;
        for (int i = 0; i < counts.length && count > 0; i++) {
            seen += counts[i];
            if (seen >= rank) return Histogram.upperBound(i);
        }
        return 0;
    }

    /// Number of values below a bound, for an exporter's cumulative buckets.
    ///
    /// @param bound of a bucket: a power of two from 1024 on, or that and quarters of it
    public long below(long bound) {
        long below = 0;
        for (int i = 0; i < counts.length && Histogram.upperBound(i) <= bound; i++) below += counts[i];
        return below;
    }
}
