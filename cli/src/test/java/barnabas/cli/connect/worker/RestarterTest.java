package barnabas.cli.connect.worker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.cli.connect.rest.ConnectorStatus;
import barnabas.cli.connect.rest.ConnectorStatus.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestarterTest {
    private static final String WORKER = "localhost:8083";
    private static final Restarter.Part TASK = new Restarter.Part("orders", 0);

    private final Restarter restarter = new Restarter();
    private long nowNanos = -5;

    private static List<ConnectorStatus> orders(String state, String worker) {
        return List.of(new ConnectorStatus(
                "orders",
                "sink",
                new TaskStatus(-1, "RUNNING", WORKER, ""),
                List.of(new TaskStatus(0, state, worker, "org.x.Y: broken"))));
    }

    private List<Restarter.Part> after(Duration pause, String state) {
        nowNanos += pause.toNanos();
        return restarter.due(orders(state, WORKER), WORKER, nowNanos);
    }

    @Test
    void pausesDouble() {
        for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
            assertThat(after(Duration.ZERO, "FAILED")).isEmpty();
            assertThat(after(Duration.ofSeconds(seconds).minusNanos(1), "FAILED"))
                    .as("before %d s", seconds)
                    .isEmpty();
            assertThat(after(Duration.ofNanos(1), "FAILED"))
                    .as("after %d s", seconds)
                    .containsExactly(TASK);
        }
        assertThat(restarter.counts()).isEqualTo(Map.of("orders/0", 11L));
    }

    @Test
    void tenGoodMinutesEndTheRow() {
        for (int i = 0; i < 4; i++)
            assertThat(after(Duration.ofSeconds(1L << i), "FAILED").size()).isLessThan(2);
        after(Duration.ofSeconds(60), "FAILED");
        after(Duration.ofMinutes(11), "RUNNING");
        after(Duration.ZERO, "FAILED");
        assertThat(after(Duration.ofSeconds(1), "FAILED")).containsExactly(TASK);
    }

    @Test
    void otherWorkersAreLeftAlone() {
        for (int i = 0; i < 3; i++) {
            nowNanos += Duration.ofHours(1).toNanos();
            assertThat(restarter.due(orders("FAILED", "other:8083"), WORKER, nowNanos))
                    .isEmpty();
        }
        assertThat(restarter.counts()).isEmpty();
    }

    @Test
    void removedConnectorsAreForgotten() {
        after(Duration.ZERO, "FAILED");
        assertThat(after(Duration.ofSeconds(1), "FAILED")).containsExactly(TASK);
        assertThat(restarter.due(List.of(), WORKER, nowNanos)).isEmpty();
        assertThat(restarter.counts()).isEmpty();
    }

    @Test
    void causeIsTheInnermostOne() {
        var status = new TaskStatus(
                0,
                "FAILED",
                WORKER,
                "org.apache.kafka.connect.errors.ConnectException: Tolerance exceeded\n\tat org.x.Y.z(Y.java:1)\n"
                        + "Caused by: org.postgresql.util.PSQLException: no such table\n\tat a.b(C.java:2)\n");
        assertThat(status.cause()).isEqualTo("PSQLException: no such table");
    }
}
