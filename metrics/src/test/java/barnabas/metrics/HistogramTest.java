package barnabas.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
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
        Distribution read = histogram.read(0);
        assertThat(read.count()).isEqualTo(1_000);
        assertThat(read.sum()).isEqualTo(10_000L * 1_000 * 1_001 / 2);
        for (double share : new double[] {0.5, 0.95, 0.99, 0.999})
            assertThat(read.quantile(share)).isBetween(share * 10_000_000, share * 10_000_000 * 1.26);
        assertThat(new Histogram().read(0).quantile(0.5)).isNaN();
    }

    @Test
    void quantilesAreOfTheMinutesBefore() {
        var histogram = new Histogram();
        long minute = TimeUnit.MINUTES.toNanos(1);
        histogram.record(1 << 30);
        assertThat(histogram.read(0).quantile(0.5)).isGreaterThan(1 << 30);
        assertThat(histogram.read(minute / 2).quantile(0.5)).isGreaterThan(1 << 30);
        histogram.record(2_000);
        assertThat(histogram.read(minute).quantile(0.99)).isBetween(2_000.0, 2_500.0);
        histogram.record(4_500);
        Distribution later = histogram.read(minute + minute / 2);
        assertThat(later.quantile(0.99)).isBetween(4_500.0, 5_500.0);
        assertThat(later.quantile(0.5)).isBetween(2_000.0, 2_500.0);
        assertThat(histogram.read(2 * minute).quantile(0.5)).isBetween(4_500.0, 5_500.0);
        Distribution last = histogram.read(3 * minute);
        assertThat(last.quantile(0.5)).isNaN();
        assertThat(last.count()).isEqualTo(3);
        assertThat(last.sum()).isEqualTo((1 << 30) + 6_500);
    }

    @Test
    void negativeValuesCountAsNone() {
        var histogram = new Histogram();
        histogram.record(-5);
        assertThat(histogram.read(0).sum()).isZero();
        assertThat(histogram.read(0).quantile(1)).isEqualTo(1024);
    }
}
