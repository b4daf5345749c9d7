package barnabas.broker.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.telemetry.OtlpMetrics.Point;
import barnabas.metrics.PrometheusText;
import barnabas.metrics.Reading;
import barnabas.metrics.SeriesLimits;
import barnabas.protocol.Uuid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientNumbersTest {
    private static final int INTERVAL = 1_000;

    private final ClientNumbers numbers = new ClientNumbers();
    private final TelemetryClient one = client(1);

    private static TelemetryClient client(long id) {
        return new TelemetryClient(new Uuid(id, id), "c" + id, "java", "1", "127.0.0.1", 1);
    }

    private static Point gauge(String name, double value) {
        return new Point(name, Map.of(), value, false, false);
    }

    private static Point delta(String name, double value) {
        return new Point(name, Map.of("topic", "t"), value, true, true);
    }

    private String text(long nanos, int limit) {
        var reading = new Reading(nanos, new SeriesLimits(0, 0, 0, limit));
        numbers.read(reading);
        return StandardCharsets.UTF_8
                .decode(PrometheusText.write(reading, PrometheusText.Form.PROMETHEUS, 0))
                .toString();
    }

    private String text() {
        return text(0, 1_000);
    }

    @Test
    void gaugesAreReplacedAndDifferencesAddedUp() {
        numbers.pushed(
                one,
                List.of(
                        gauge("org.apache.kafka.producer.record.queue.time.avg", 2),
                        delta("org.apache.kafka.producer.record.send.total", 5)),
                INTERVAL,
                0);
        numbers.pushed(
                one,
                List.of(
                        gauge("org.apache.kafka.producer.record.queue.time.avg", 3),
                        delta("org.apache.kafka.producer.record.send.total", 7)),
                INTERVAL,
                0);
        String id = one.id().toString();
        assertThat(text())
                .contains("kafka_client_producer_record_queue_time_avg{client_id=\"c1\",client_instance_id=\"" + id
                        + "\"} 3\n")
                .contains("# TYPE kafka_client_producer_record_send_total counter\n")
                .contains("kafka_client_producer_record_send_total{client_id=\"c1\",client_instance_id=\"" + id
                        + "\",client_topic=\"t\"} 12\n");
        numbers.pushed(one, List.of(), INTERVAL, 0);
        assertThat(text()).contains("client_topic=\"t\"} 12\n").doesNotContain("queue_time");
        numbers.ended(one.id());
        assertThat(text()).isEmpty();
    }

    @Test
    void namesThatMeetAreKeptApart() {
        numbers.pushed(
                one,
                List.of(
                        gauge("a", 1),
                        delta("a", 2),
                        gauge("x.total", 3),
                        delta("x.total", 4),
                        gauge("b-c", 5),
                        gauge("b.c", 6),
                        delta("negative", -1),
                        delta("none", Double.NaN),
                        gauge("größe\n", 7)),
                INTERVAL,
                0);
        String text = text();
        assertThat(text.lines().filter(line -> line.startsWith("# TYPE")))
                .containsExactly(
                        "# TYPE kafka_client_a_total counter",
                        "# TYPE kafka_client_x_total counter",
                        "# TYPE kafka_client_a_value gauge",
                        "# TYPE kafka_client_b_c gauge",
                        "# TYPE kafka_client_gr__e_ gauge",
                        "# TYPE kafka_client_x_total_value gauge");
        assertThat(text.lines().filter(line -> line.startsWith("kafka_client_b_c{")))
                .hasSize(1)
                .allMatch(line -> line.endsWith(" 6"));
    }

    @Test
    void silentClientsAreDropped() {
        numbers.pushed(one, List.of(gauge("a", 1)), INTERVAL, 0);
        assertThat(text(TimeUnit.MILLISECONDS.toNanos(2 * INTERVAL), 9)).contains("c1");
        assertThat(text(TimeUnit.MILLISECONDS.toNanos(2 * INTERVAL) + 1, 9)).isEmpty();
        assertThat(numbers.clients()).isZero();
    }

    @Test
    void everythingIsBounded() {
        var many = new ArrayList<Point>();
        for (int i = 0; i < 2 * ClientNumbers.NUMBERS_MAX; i++)
            many.add(new Point("n" + i, Map.of("k".repeat(1_000), "v".repeat(1_000)), 1, false, false));
        for (int id = 1; id <= 100; id++) numbers.pushed(client(id), many, INTERVAL, 0);
        // a number weighs 100, its name of 14 and its label of 207 + 200 characters at most
        assertThat(numbers.clients())
                .isBetween(1, (int) (ClientNumbers.WEIGHT_MAX / (500L * ClientNumbers.NUMBERS_MAX)) + 1);
        assertThat(text().contains("client_id=\"c100\"")).isTrue();
        assertThat(text(0, 1_000_000).contains("client_id=\"c1\"")).isFalse();
        assertThat(text(0, 3).lines().filter(line -> line.startsWith("kafka_client")))
                .hasSize(3);
        assertThat(text(0, 0)).isEmpty();
    }
}
