package barnabas.metrics;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Distribution of values from 0 up to 2^37 (137 s in nanoseconds), four buckets to a power of two: a bucket's bounds
/// are at most a quarter apart. For any thread; counting allocates nothing.
///
/// ```
/// bucket      0        1 .. 4                   5 .. 8                    ...   109
/// values     < 1024   1024 1280 1536 1792 ..   2048 2560 3072 3584 ..          >= 2^37
/// ```
public final class Histogram {
    private static final int FIRST_BITS = 10;
    private static final int LAST_BITS = 37;
    private static final long WINDOW_NANOS = 60_000_000_000L;
    static final int BUCKETS = 1 + 4 * (LAST_BITS - FIRST_BITS) + 1;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private final LongAdder sum = new LongAdder();

    /// Counts at the beginning of the last full minute and of the present one. Owner: this object's monitor. Without
    /// readers there are none.
    private long @Nullable [] before;

    private long @Nullable [] since;
    private long sinceNanos;

    /// Counts a value; a negative one as 0.
    public void record(long value) {
        long positive = Math.max(0, value);
        counts.getAndIncrement(bucket(positive));
        sum.add(positive);
    }

    static int bucket(long value) {
        int bits = 63 - Long.numberOfLeadingZeros(value | 1);
        if (bits < FIRST_BITS) return 0;
        if (bits >= LAST_BITS) return BUCKETS - 1;
        int quarter = (int) (value >>> (bits - 2)) & 3;
        return 1 + 4 * (bits - FIRST_BITS) + quarter;
    }

    /// The smallest value of the next bucket.
    static long upperBound(int bucket) {
        if (bucket == 0) return 1L << FIRST_BITS;
        if (bucket == BUCKETS - 1) return Long.MAX_VALUE;
        int quarters = (bucket - 1) % 4 + 1;
        long power = 1L << (FIRST_BITS + (bucket - 1) / 4);
        return power + power / 4 * quarters;
    }

    /// Count and sum of all values, with the quantiles of those since the last reading but one that began a minute:
    /// of one to two minutes when something reads all the time.
    ///
    /// @param nowNanos on the scale of [barnabas.base.Clock#nanos]
    public synchronized Distribution read(long nowNanos) {
        long[] from = before;
        if (from == null || since == null) {
            from = new long[BUCKETS];
            before = from;
            since = present();
            sinceNanos = nowNanos;
        } else if (nowNanos - sinceNanos >= WINDOW_NANOS) {
            from = since;
            before = from;
            since = present();
            sinceNanos = nowNanos;
        }
        long count = 0;
        var recent = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            long now = counts.get(i);
            count += now;
            recent[i] = now - from[i];
        }
        return new Distribution(recent, count, sum.sum());
    }

    private long[] present() {
        var present = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) present[i] = counts.get(i);
        return present;
    }
}
