package barnabas.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TimersTest {
    private final Timers timers = new Timers();
    private final List<String> fired = new ArrayList<>();

    private Timers.Timer schedule(String name, long deadline) {
        return timers.schedule(deadline, now -> {
            fired.add(name + "@" + now.ticks());
            return Decision.nothing();
        });
    }

    private void expire(long ticks) {
        while (timers.expire(new Now(0, ticks)) != null) {}
    }

    @Test
    void firesInOrderAndAtEqualTimesInTheOrderOfSetting() {
        schedule("c", 30);
        schedule("a", 10);
        schedule("b", 10);
        expire(9);
        assertThat(fired).isEmpty();
        expire(30);
        assertThat(fired).containsExactly("a@30", "b@30", "c@30");
        assertThat(timers.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void canBeMovedBothWays() {
        var a = schedule("a", 10);
        var b = schedule("b", 20);
        timers.move(a, 40);
        timers.move(b, 5);
        timers.move(b, 15);
        expire(14);
        assertThat(fired).isEmpty();
        expire(39);
        assertThat(fired).containsExactly("b@39");
        expire(40);
        assertThat(fired).containsExactly("b@39", "a@40");
        assertThat(a.isActive()).isFalse();
    }

    @Test
    void cancelledOnesDoNotPileUp() {
        for (int i = 0; i < 10_000; i++) timers.cancel(schedule("x", 1_000_000 + i));
        assertThat(timers.queued()).isLessThan(200);
        expire(Long.MAX_VALUE - 1);
        assertThat(fired).isEmpty();
    }

    @Test
    void cancelledOneKeepsNothingOfItsMember() throws Exception {
        var timer = new AtomicReference<Timers.Timer>();
        var member = new WeakReference<>(metadata(timer));
        timers.cancel(timer.get());
        assertThat(timers.queued()).isEqualTo(1);
        for (int i = 0; i < 100 && member.get() != null; i++) System.gc();
        assertThat(member.get()).isNull();
    }

    /// The metadata of a member whose time-out is scheduled.
    private byte[] metadata(AtomicReference<Timers.Timer> timer) {
        var metadata = new byte[900_000];
        timer.set(timers.schedule(10, now -> {
            fired.add(metadata.length + " bytes");
            return Decision.nothing();
        }));
        return metadata;
    }
}
