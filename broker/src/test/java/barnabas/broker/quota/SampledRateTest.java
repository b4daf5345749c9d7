package barnabas.broker.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import barnabas.config.QuotasConfig;
import org.junit.jupiter.api.Test;

/// Rates over windows, by a clock of the test's own.
class SampledRateTest {
    private static final QuotasConfig.ClientWindow WINDOWS = new QuotasConfig.ClientWindow(11, 1);

    @Test
    void aBurstIsMeasuredOverAllWindowsButOne() {
        var rate = new SampledRate(WINDOWS);
        rate.record(10_000, 5);
        assertThat(rate.rate(5)).isEqualTo(1_000);
        rate.record(1_000, 5);
        assertThat(rate.rate(5)).isEqualTo(1_100);
    }

    @Test
    void valuesOlderThanTheWindowsCountNoMore() {
        var rate = new SampledRate(WINDOWS);
        rate.record(10_000, 0);
        assertThat(rate.rate(10_500)).isCloseTo(10_000 / 10.5, within(0.01));
        assertThat(rate.isIdle(10_999)).isFalse();
        assertThat(rate.rate(11_000)).isZero();
        assertThat(rate.isIdle(11_000)).isTrue();
    }
}
