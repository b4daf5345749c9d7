package barnabas.metrics;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

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
    static final int BUCKETS = 1 + 4 * (LAST_BITS - FIRST_BITS) + 1;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private final LongAdder sum = new LongAdder();

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

    public Distribution read() {
        var read = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) read[i] = counts.get(i);
        return new Distribution(read, sum.sum());
    }
}
