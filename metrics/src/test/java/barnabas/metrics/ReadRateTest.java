package barnabas.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadRateTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void rateIsThatSinceTheReadingBefore() {
        var rate = new ReadRate();
        assertThat(rate.next(1_000, 5 * SECOND)).isZero();
        assertThat(rate.next(1_030, 7 * SECOND)).isEqualTo(15);
        // too early: the next rate counts from the reading before
        assertThat(rate.next(1_090, 7 * SECOND + SECOND / 2)).isEqualTo(15);
        assertThat(rate.next(1_090, 9 * SECOND)).isEqualTo(30);
        assertThat(rate.next(1_090, 11 * SECOND)).isZero();
    }
}
