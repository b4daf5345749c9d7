package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.Threads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private static final int CHECKS_UNTIL_END = 60 / Watchdog.CHECK_SECONDS;

    private final List<Throwable> failures = new ArrayList<>();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    private Watchdog watching(int endSeconds) {
        var loop = new Watchdog.Loop("loop", tasks::add, 10, endSeconds);
        return new Watchdog(List.of(loop), new ManualClock(0), Threads.system((_, cause) -> failures.add(cause)));
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) task.run();
    }

    @Test
    void aLoopThatStandsStillEndsTheNodeOnce() {
        try (var watchdog = watching(60)) {
            watchdog.check();
            runTasks();
            for (int i = 0; i < CHECKS_UNTIL_END; i++) watchdog.check();
            assertThat(failures).isEmpty();
            for (int i = 0; i < CHECKS_UNTIL_END; i++) watchdog.check();
            assertThat(failures).hasSize(1);
            assertThat(failures.getFirst()).hasMessageContaining("has stood still for 60 seconds");
            assertThat(failures.getFirst().getStackTrace()).isNotEmpty();
            assertThat(tasks).as("one question at a time").hasSize(1);
        }
    }

    @Test
    void aLoopThatIsSlowStays() {
        try (var watchdog = watching(60)) {
            for (int round = 0; round < 10; round++) {
                for (int i = 0; i < CHECKS_UNTIL_END; i++) watchdog.check();
                runTasks();
            }
            assertThat(failures).isEmpty();
        }
    }

    @Test
    void theEndCanBeSwitchedOff() {
        try (var watchdog = watching(0)) {
            for (int i = 0; i < 10 * CHECKS_UNTIL_END; i++) watchdog.check();
            assertThat(failures).isEmpty();
        }
    }

    @Test
    void aLoopThatHasEndedIsNotAsked() {
        var ended = new Watchdog.Loop(
                "loop",
                task -> {
                    throw new RejectedExecutionException("ended");
                },
                10,
                60);
        try (var watchdog =
                new Watchdog(List.of(ended), new ManualClock(0), Threads.system((_, cause) -> failures.add(cause)))) {
            for (int i = 0; i < 10 * CHECKS_UNTIL_END; i++) watchdog.check();
            assertThat(failures).isEmpty();
        }
    }
}
