package barnabas.log.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    @Test
    void holdsBackWhatIsTooMuch() {
        var rate = new RateLimit(1_000_000, Clock.SYSTEM);
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) assertThat(rate.spend(40_000)).isTrue();
        assertThat((System.nanoTime() - start) / 1_000_000)
                .as("400 KB at 1 MB a second, less the credit of a tenth of a second")
                .isGreaterThanOrEqualTo(290);
    }

    @Test
    void stoppingEndsAWait() throws Exception {
        var rate = new RateLimit(1, Clock.SYSTEM);
        var waiting = Thread.ofPlatform().start(() -> rate.spend(1_000_000));
        while (waiting.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
        rate.stop();
        waiting.join();
        assertThat(rate.spend(1)).isFalse();
        assertThat(rate.pauseMillis(1000)).isFalse();
    }
}
