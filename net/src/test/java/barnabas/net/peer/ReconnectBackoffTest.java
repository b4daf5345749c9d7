package barnabas.net.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReconnectBackoffTest {
    @Test
    void pausesDoubleUpToTheLimitAndAreSpread() {
        var random = new Random(4);
        var backoff = new ReconnectBackoff(Duration.ofMillis(50), Duration.ofMillis(1_000), random);
        for (int round = 0; round < 100; round++) {
            long lowest = Long.MAX_VALUE;
            for (int expectedMillis : new int[] {50, 100, 200, 400, 800, 1_000, 1_000}) {
                long millis = backoff.failed() / 1_000_000;
                assertThat(millis).isBetween(expectedMillis * 8L / 10 - 1, Math.min(1_000, expectedMillis * 12L / 10));
                lowest = Math.min(lowest, millis);
            }
            assertThat(lowest).isLessThanOrEqualTo(60);
            backoff.succeeded();
        }
    }
}
