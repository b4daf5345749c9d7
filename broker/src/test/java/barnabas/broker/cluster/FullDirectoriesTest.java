package barnabas.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.protocol.Uuid;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// When a shortage of space counts, and when it is over.
class FullDirectoriesTest {
    private static final Uuid DIRECTORY = new Uuid(1, 1);

    private final ManualClock clock = new ManualClock(0);
    private final FullDirectories full = new FullDirectories(1, clock);

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    @Test
    void oneShortageThatPassesCountsForNothing() {
        assertThat(full.lasts(DIRECTORY)).isFalse();
        pass(900);
        assertThat(full.lasts(DIRECTORY)).isFalse();
        pass(121_000);
        assertThat(full.lasts(DIRECTORY)).isFalse();
        pass(1_000);
        assertThat(full.lasts(DIRECTORY)).isTrue();
    }

    @Test
    void itIsOverAfterATimeWithoutOne() {
        assertThat(full.isQuiet(DIRECTORY)).isFalse();
        assertThat(full.lasts(DIRECTORY)).isFalse();
        pass(2_000);
        assertThat(full.lasts(DIRECTORY)).isTrue();
        pass(2_900);
        assertThat(full.isQuiet(DIRECTORY)).isFalse();
        pass(100);
        assertThat(full.isQuiet(DIRECTORY)).isTrue();
        full.over(DIRECTORY);
        assertThat(full.isQuiet(DIRECTORY)).isFalse();
    }

    /// A quota is not seen in the free space: the directory would come back every few seconds.
    @Test
    void aReturnThatWasTooEarlyDoublesTheTime() {
        for (long seconds : new long[] {3, 6, 12, 24, 48, 60, 60}) {
            assertThat(full.lasts(DIRECTORY)).isFalse();
            pass(1_000);
            assertThat(full.lasts(DIRECTORY)).isTrue();
            pass(seconds * 1_000 - 1);
            assertThat(full.isQuiet(DIRECTORY)).as("before %d s", seconds).isFalse();
            pass(1);
            assertThat(full.isQuiet(DIRECTORY)).as("after %d s", seconds).isTrue();
            full.over(DIRECTORY);
        }
    }
}
