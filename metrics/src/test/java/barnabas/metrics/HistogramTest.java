package barnabas.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {
    @Test
    void everyValueLiesBelowItsBucketsBoundAndNotBelowTheOneBefore() {
        var random = new Random(3);
        for (int i = 0; i < 100_000; i++) assertPlaced(random.nextLong(Long.MAX_VALUE) >>> random.nextInt(63));
        for (int bits = 0; bits < 63; bits++) {
            assertPlaced((1L << bits) - 1);
            assertPlaced(1L << bits);
        }
    }

    private static void assertPlaced(long value) {
        int bucket = Histogram.bucket(value);
        assertThat(value).isLessThan(Histogram.upperBound(bucket));
        if (bucket > 0) assertThat(value).isGreaterThanOrEqualTo(Histogram.upperBound(bucket - 1));
    }

    @Test
    void boundsAreAtMostAQuarterApart() {
        for (int i = 1; i < Histogram.BUCKETS - 1; i++)
            assertThat((double) Histogram.upperBound(i) / Histogram.upperBound(i - 1))
                    .isBetween(1.1, 1.25);
    }

    @Test
    void quantilesAreUpperBoundsOfTheRightBucket() {
        var histogram = new Histogram();
        for (int i = 1; i <= 1_000; i++) histogram.record(i * 10_000L);
        Distribution read = histogram.read();
        assertThat(read.count()).isEqualTo(1_000);
        assertThat(read.sum()).isEqualTo(10_000L * 1_000 * 1_001 / 2);
        for (double share : new double[] {0.5, 0.95, 0.99, 0.999})
            assertThat((double) read.quantile(share)).isBetween(share * 10_000_000, share * 10_000_000 * 1.26);
        assertThat(read.below(1 << 20)).isEqualTo((1 << 20) / 10_000);
        assertThat(new Histogram().read().quantile(0.5)).isZero();
    }

    @Test
    void negativeValuesCountAsNone() {
        var histogram = new Histogram();
        histogram.record(-5);
        assertThat(histogram.read().sum()).isZero();
        assertThat(histogram.read().below(1024)).isEqualTo(1);
    }
}
