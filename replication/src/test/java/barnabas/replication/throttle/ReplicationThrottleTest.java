package barnabas.replication.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.protocol.Uuid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReplicationThrottleTest {
    private static final Uuid TOPIC = new Uuid(1, 1);
    private static final Uuid OTHER = new Uuid(2, 2);

    private final ManualClock clock = new ManualClock(0);
    private final AtomicLong limit = new AtomicLong(1_000);
    private final ReplicationThrottle throttle = new ReplicationThrottle(1, clock);

    ReplicationThrottleTest() {
        throttle.limit(3, 1, limit::get);
    }

    @Test
    void onlyNamedReplicasAreCountedAndHeldBack() {
        throttle.name(TOPIC, List.of("0:1", "1:2"));
        throttle.count(TOPIC, 1, 1_000_000);
        throttle.count(OTHER, 0, 1_000_000);
        assertThat(throttle.holdsBack(TOPIC, 0)).isFalse();
        throttle.count(TOPIC, 0, 1_000_000);
        assertThat(throttle.holdsBack(TOPIC, 0)).isTrue();
        assertThat(throttle.holdsBack(TOPIC, 1)).as("of another broker").isFalse();
        assertThat(throttle.holdsBack(OTHER, 0)).isFalse();
        throttle.name(TOPIC, List.of());
        assertThat(throttle.holdsBack(TOPIC, 0)).isFalse();
        throttle.name(TOPIC, List.of("*"));
        assertThat(throttle.holdsBack(TOPIC, 7)).isTrue();
    }

    @Test
    void aBurstOfTheWindowsBeforeIsPaidOffInThem() {
        throttle.name(TOPIC, List.of("*"));
        throttle.count(TOPIC, 0, 2_000);
        assertThat(throttle.holdsBack(TOPIC, 0)).as("two windows").isFalse();
        throttle.count(TOPIC, 0, 1_000);
        assertThat(throttle.holdsBack(TOPIC, 0)).isTrue();
        clock.advance(Duration.ofMillis(2_999));
        assertThat(throttle.holdsBack(TOPIC, 0)).isTrue();
        clock.advance(Duration.ofMillis(1));
        assertThat(throttle.holdsBack(TOPIC, 0)).as("its window is over").isFalse();
    }

    @Test
    void theRateInTheLongRunIsTheLimit() {
        throttle.name(TOPIC, List.of("*"));
        long sent = 0;
        for (int millis = 0; millis < 60_000; millis += 50) {
            while (!throttle.holdsBack(TOPIC, 0)) {
                throttle.count(TOPIC, 0, 100);
                sent += 100;
            }
            clock.advance(Duration.ofMillis(50));
        }
        assertThat(sent).isBetween(50_000L, 70_000L);
    }

    @Test
    void aChangedLimitCountsAtOnce() {
        throttle.name(TOPIC, List.of("*"));
        throttle.count(TOPIC, 0, 1_000_000);
        assertThat(throttle.holdsBack(TOPIC, 0)).isTrue();
        limit.set(Long.MAX_VALUE);
        assertThat(throttle.holdsBack(TOPIC, 0)).isFalse();
    }
}
