package barnabas.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private final BlockingQueue<String> ran = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final Threads threads = Threads.system((_, cause) -> failures.add(cause));

    private String next() throws InterruptedException {
        return String.valueOf(ran.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void worksInTheOrderOfTheMoments() throws Exception {
        try (var schedule = new Schedule("test", Clock.SYSTEM, threads)) {
            long now = Clock.SYSTEM.nanos();
            schedule.at(now + 30_000_000, () -> ran.add("last"));
            schedule.at(now + 10_000_000, () -> ran.add("first"));
            schedule.at(now + 10_000_000, () -> ran.add("second"));
            assertThat(next()).isEqualTo("first");
            assertThat(next()).isEqualTo("second");
            assertThat(next()).isEqualTo("last");
            assertThat(Clock.SYSTEM.nanos() - now).isGreaterThanOrEqualTo(30_000_000);
        }
    }

    @Test
    void cancelledWorkIsDropped() throws Exception {
        try (var schedule = new Schedule("test", Clock.SYSTEM, threads)) {
            long now = Clock.SYSTEM.nanos();
            schedule.at(now + 20_000_000, () -> ran.add("cancelled")).cancel();
            var begun = schedule.at(now, () -> ran.add("begun"));
            schedule.at(now + 30_000_000, () -> ran.add("kept"));
            assertThat(next()).isEqualTo("begun");
            begun.cancel();
            assertThat(next()).isEqualTo("kept");
        }
    }

    @Test
    void repeats() throws Exception {
        try (var schedule = new Schedule("test", Clock.SYSTEM, threads)) {
            var count = new AtomicInteger();
            schedule.everyMillis(1, () -> ran.add("round " + count.incrementAndGet()));
            assertThat(next()).isEqualTo("round 1");
            assertThat(next()).isEqualTo("round 2");
        }
    }

    @Test
    void closingWaitsForTheWorkUnderWayAndDropsTheRest() throws Exception {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        var schedule = new Schedule("test", Clock.SYSTEM, threads);
        schedule.at(Clock.SYSTEM.nanos(), () -> {
            begun.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            ran.add("ended");
        });
        schedule.at(Clock.SYSTEM.nanos(), () -> ran.add("dropped"));
        begun.await();
        Thread closing = Thread.ofPlatform().start(schedule::close);
        while (closing.getState() != Thread.State.WAITING) Thread.onSpinWait();
        assertThat(ran).isEmpty();
        mayEnd.countDown();
        closing.join();
        assertThat(ran).containsExactly("ended");
        schedule.at(Clock.SYSTEM.nanos(), () -> ran.add("too late"));
        assertThat(ran).containsExactly("ended");
        assertThat(failures).isEmpty();
    }

    @Test
    void closingNowInterruptsTheWorkUnderWay() throws Exception {
        var begun = new CountDownLatch(1);
        var schedule = new Schedule("test", Clock.SYSTEM, threads);
        schedule.everyMillis(0, () -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                ran.add("interrupted");
                Thread.currentThread().interrupt();
            }
        });
        begun.await();
        schedule.closeNow();
        assertThat(ran).containsExactly("interrupted");
        assertThat(failures).isEmpty();
    }

    @Test
    void errorOfTheWorkIsReported() throws Exception {
        var error = new OutOfMemoryError("planted");
        try (var schedule = new Schedule("test", Clock.SYSTEM, threads)) {
            schedule.at(Clock.SYSTEM.nanos(), () -> {
                throw error;
            });
            assertThat(failures.poll(20, TimeUnit.SECONDS)).isSameAs(error);
        }
    }
}
