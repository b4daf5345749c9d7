package barnabas.net.rate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConnectionRateTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void nothingWaitsWithoutALimit() {
        var rate = new ConnectionRate();
        for (int i = 0; i < 10_000; i++) {
            assertThat(rate.waitNanos(i)).isZero();
            rate.count(i);
        }
    }

    @Test
    void noneComeAtZero() {
        var rate = new ConnectionRate();
        rate.limit(0);
        assertThat(rate.waitNanos(5)).isEqualTo(Long.MAX_VALUE);
        rate.limit(1);
        assertThat(rate.waitNanos(6)).isZero();
    }

    /// In no second more than twice the rate, and over many seconds the rate.
    @Test
    void floodsAreHeldToTheRate() {
        for (long seed = 1; seed <= 100; seed++) {
            var random = new SplittableRandom(seed);
            int perSecond = 1 + random.nextInt(50);
            var rate = new ConnectionRate();
            rate.limit(perSecond);
            long now = random.nextLong(-SECOND, SECOND);
            long begun = now;
            int let = 0;
            int inSecond = 0;
            long second = now;
            while (now - begun < 20 * SECOND) {
                long wait = rate.waitNanos(now);
                if (wait > 0) {
                    assertThat(wait).isLessThanOrEqualTo(SECOND);
                    now += wait;
                    assertThat(rate.waitNanos(now)).isZero();
                }
                if (now - second >= SECOND) {
                    second = now;
                    inSecond = 0;
                }
                rate.count(now);
                let++;
                inSecond++;
                assertThat(inSecond).as("seed %d", seed).isLessThanOrEqualTo(2 * perSecond);
                if (random.nextInt(1_000) == 0) now += random.nextLong(SECOND);
            }
            assertThat(let).as("seed %d", seed).isBetween(15 * perSecond, 22 * perSecond + 1);
        }
    }

    @Test
    void aSecondsWorthMayComeAtOnce() {
        var rate = new ConnectionRate();
        rate.limit(5);
        for (int i = 0; i < 5; i++) {
            assertThat(rate.waitNanos(0)).isZero();
            rate.count(0);
        }
        assertThat(rate.waitNanos(0)).isEqualTo(SECOND / 5);
        assertThat(rate.waitNanos(SECOND / 5)).isZero();
    }
}
