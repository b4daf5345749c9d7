package barnabas.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.protocol.Uuid;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// When a shortage of space counts, and when it is over.
class ShortagesTest {
    private static final Uuid DIRECTORY = new Uuid(1, 1);

    private final ManualClock clock = new ManualClock(0);
    private final Shortages shortages = new Shortages(clock);

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    @Test
    void oneShortageThatPassesCountsForNothing() {
        assertThat(shortages.lasts(DIRECTORY)).isFalse();
        pass(900);
        assertThat(shortages.lasts(DIRECTORY)).isFalse();
        pass(121_000);
        assertThat(shortages.lasts(DIRECTORY)).isFalse();
        pass(1_000);
        assertThat(shortages.lasts(DIRECTORY)).isTrue();
    }

    @Test
    void itIsOverAfterATimeWithoutOne() {
        assertThat(shortages.isQuiet(DIRECTORY)).isFalse();
        assertThat(shortages.lasts(DIRECTORY)).isFalse();
        pass(2_000);
        assertThat(shortages.lasts(DIRECTORY)).isTrue();
        pass(2_900);
        assertThat(shortages.isQuiet(DIRECTORY)).isFalse();
        pass(100);
        assertThat(shortages.isQuiet(DIRECTORY)).isTrue();
        shortages.over(DIRECTORY);
        assertThat(shortages.isQuiet(DIRECTORY)).isFalse();
    }

    /// A quota is not seen in the free space: the directory would come back every few seconds.
    @Test
    void aReturnThatWasTooEarlyDoublesTheTime() {
        for (long seconds : new long[] {3, 6, 12, 24, 48, 60, 60}) {
            assertThat(shortages.lasts(DIRECTORY)).isFalse();
            pass(1_000);
            assertThat(shortages.lasts(DIRECTORY)).isTrue();
            pass(seconds * 1_000 - 1);
            assertThat(shortages.isQuiet(DIRECTORY)).as("before %d s", seconds).isFalse();
            pass(1);
            assertThat(shortages.isQuiet(DIRECTORY)).as("after %d s", seconds).isTrue();
            shortages.over(DIRECTORY);
        }
    }
}
