package barnabas.metadata.quotas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Waits, by a clock of the test's own.
class TokenBucketTest {
    private static final double BURST = 10;

    /// Clients that send as fast as they may, in chunks of any size, get their limit over any 30 seconds behind the
    /// burst:
    /// within 5%.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void waitsHoldTheRate(long seed) {
        var random = new SplittableRandom(seed);
        double bound = 1_000 << random.nextInt(12);
        int chunkMax = (int) (bound / 2);
        var bucket = new TokenBucket(BURST, Double.MAX_VALUE);
        long start = random.nextInt(1_000_000);
        long[] free = {start, start, start};
        double all = 0;
        double watched = 0;
        boolean isBurstOver = false;
        long from = 0;
        for (long now = start; !isBurstOver || now < from + 30_000; now++) {
            for (int client = 0; client < free.length; client++) {
                if (now < free[client]) continue;
                int chunk = 1 + random.nextInt(chunkMax);
                long wait = bucket.take(chunk, bound, now);
                free[client] = now + wait;
                all += chunk;
                if (isBurstOver) watched += chunk;
                else if (wait > 0) {
                    isBurstOver = true;
                    from = now;
                }
            }
        }
        assertThat(watched / 30).as("seed %d", seed).isCloseTo(bound, Percentage.withPercentage(5));
        assertThat(all).isLessThan(bound * (BURST + 30 + 3));
    }

    @Test
    void aChangedLimitCountsFromItsMoment() {
        var bucket = new TokenBucket(BURST, Double.MAX_VALUE);
        assertThat(bucket.take(10_000, 1_000, 0)).isZero();
        assertThat(bucket.take(1_000, 1_000, 0)).isEqualTo(1_000);
        // 1,000 owed from before and 1,000 more
        assertThat(bucket.take(1_000, 10_000, 0)).isEqualTo(200);
        assertThat(bucket.take(0, 1_000, 200)).isZero();
    }

    @Test
    void aLimitThatWasFarTooLowLeavesNoLongWait() {
        var bucket = new TokenBucket(BURST, Double.MAX_VALUE);
        assertThat(bucket.take(1_000_000, 1, 0)).isGreaterThan(900_000_000);
        assertThat(bucket.take(0, 1_000_000, 0)).isLessThanOrEqualTo(1_000);
    }

    @Test
    void debtsBeyondTheLimitAreForgiven() {
        var bucket = new TokenBucket(BURST, 1);
        assertThat(bucket.take(1e12, 1, 0)).isEqualTo(1_000);
        assertThat(bucket.take(1e12, 1, 500)).isEqualTo(1_000);
        assertThat(bucket.take(0, 1, 1_500)).isZero();
    }
}
