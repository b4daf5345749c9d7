package barnabas.sql.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.sql.types.StuckProblem;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/// Constructors of functions beside calls that go on.
class PreparingCallsTest {
    private static final int CALLS_MAX = 32;

    /// A server that reads the definition of another one would not run its query otherwise.
    @Test
    void callsOfRequestsKeepNoDefinitionFromBeingRead() throws Exception {
        var begun = new CountDownLatch(CALLS_MAX);
        var end = new CountDownLatch(1);
        var requests = new ArrayList<FutureTask<Object>>();
        for (int i = 0; i < CALLS_MAX; i++)
            requests.add(new FutureTask<>(() -> JarCalls.call("busy", () -> {
                begun.countDown();
                end.await();
                return "returned";
            })));
        try {
            requests.forEach(each -> Thread.ofVirtual().start(each));
            begun.await();
            assertThatThrownBy(() -> JarCalls.call("busy", () -> "one more")).isInstanceOf(StuckProblem.class);
            assertThat(new PreparingCalls("Made").call(() -> "made")).isEqualTo("made");
        } finally {
            end.countDown();
        }
        for (FutureTask<Object> each : requests) assertThat(each.get()).isEqualTo("returned");
    }
}
