package barnabas.broker.placement;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class ControllerReportsTest {
    private static final ControllerReports.Pace PACE = new ControllerReports.Pace("reports", 2, 1_000_000);

    private final List<Map<String, Integer>> sent = Collections.synchronizedList(new ArrayList<>());

    /// Its first request comes back unanswered.
    private final class RefusedOnce implements ControllerReports.Sender<String, Integer> {
        private final CountDownLatch gate;
        private final List<ControllerReports<String, Integer>> reports = new ArrayList<>();

        private RefusedOnce(CountDownLatch gate) {
            this.gate = gate;
        }

        @Override
        public boolean send(Map<String, Integer> entries) throws InterruptedException {
            gate.await();
            sent.add(Map.copyOf(entries));
            if (sent.size() > 1) return true;
            reports.getFirst().putBack(entries);
            return false;
        }
    }

    @Test
    void anUnansweredEntryIsWaitedFor() throws Exception {
        var sender = new RefusedOnce(new CountDownLatch(0));
        try (var reports = new ControllerReports<>(PACE, sender, Clock.SYSTEM, Threads.SYSTEM)) {
            sender.reports.add(reports);
            reports.put("a", 1);
            reports.put("b", 2);
            reports.put("c", 3);
            assertThat(reports.awaitAnswers(Deadline.in(Duration.ofSeconds(10), Clock.SYSTEM)))
                    .isTrue();
            assertThat(sent.stream().skip(1).flatMap(each -> each.keySet().stream()))
                    .contains("a", "b", "c");
        }
    }

    @Test
    void theWaitEndsAtItsDeadline() throws Exception {
        var gate = new CountDownLatch(1);
        var sender = new RefusedOnce(gate);
        try (var reports = new ControllerReports<>(PACE, sender, Clock.SYSTEM, Threads.SYSTEM)) {
            sender.reports.add(reports);
            reports.put("a", 1);
            assertThat(reports.awaitAnswers(Deadline.inMillis(20, Clock.SYSTEM)))
                    .isFalse();
            gate.countDown();
        }
    }

    @Test
    void withoutEntriesThereIsNoWait() throws Exception {
        try (var reports = new ControllerReports<String, Integer>(PACE, _ -> true, Clock.SYSTEM, Threads.SYSTEM)) {
            assertThat(reports.awaitAnswers(Deadline.inMillis(0, Clock.SYSTEM))).isTrue();
        }
    }
}
