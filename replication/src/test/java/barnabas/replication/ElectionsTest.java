package barnabas.replication;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ElectionsTest {
    private static final int MILLIS = 500;

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final Elections elections = new Elections(clock);

    @Test
    void anElectionWakesFetchesThatWait() {
        var woken = new AtomicInteger();
        Runnable wake = woken::incrementAndGet;
        long watch = elections.watch(wake);
        long begun = clock.nanos();
        assertThat(elections.isAfter(begun)).isFalse();
        clock.advance(Duration.ofMillis(1));
        elections.elected();
        assertThat(elections.isAfter(begun)).isTrue();
        elections.unwatch(watch);
        elections.elected();
        assertThat(woken).hasValue(1);
    }

    @Test
    void fetchesAreWokenInTheOrderInWhichTheyCame() {
        var woken = new ArrayList<Integer>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            long _ = elections.watch(() -> woken.add(number));
        }
        elections.elected();
        assertThat(woken).hasSize(50).isSorted();
    }

    @Test
    void withoutAnElectionAFetchWaitsAsLongAsItsClientWants() {
        assertThat(elections.waitMillis(MILLIS)).isEqualTo(MILLIS);
        assertThat(elections.followerWaitMillis(MILLIS)).isEqualTo(MILLIS);
    }

    /// Each fetch of a consumer waits as long as all before it together; a second after the election is a few fetches.
    @Test
    void waitsGrowAfterAnElection() {
        elections.elected();
        assertThat(waits()).containsExactly(5, 5, 10, 20, 40, 80, 160, 320, MILLIS);
    }

    private List<Integer> waits() {
        var waits = new ArrayList<Integer>();
        for (int wait = 0; wait < MILLIS; waits.add(wait)) {
            wait = elections.waitMillis(MILLIS);
            clock.advance(Duration.ofMillis(wait));
        }
        return waits;
    }

    /// Records of all producers with acks=all wait for a follower.
    @Test
    void aFollowerLooksAgainOftenForASecond() {
        elections.elected();
        assertThat(elections.followerWaitMillis(MILLIS)).isEqualTo(5);
        clock.advance(Duration.ofMillis(999));
        assertThat(elections.followerWaitMillis(MILLIS)).isEqualTo(20);
        clock.advance(Duration.ofMillis(1));
        assertThat(elections.followerWaitMillis(MILLIS)).isEqualTo(MILLIS);
    }

    @Test
    void noWaitIsLongerThanItsClientWants() {
        elections.elected();
        assertThat(elections.waitMillis(1)).isEqualTo(1);
        assertThat(elections.followerWaitMillis(1)).isEqualTo(1);
    }
}
