package barnabas.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.metrics.MetricRegistry;
import barnabas.metrics.SeriesLimits;
import barnabas.net.http.HttpRequest;
import barnabas.net.http.HttpResponse;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
    private static final long READING_NANOS = 100_000_000;

    private final MetricRegistry registry = new MetricRegistry();
    private long now = 1;
    private int readings;
    private SeriesLimits limits = SeriesLimits.UNLIMITED;

    private final Clock clock = new Clock() {
        @Override
        public long millis() {
            return 0;
        }

        @Override
        public long nanos() {
            return now;
        }
    };

    private final MetricsPage page = new MetricsPage(registry, () -> limits, clock);

    private String ask(String accept) throws InterruptedException {
        HttpResponse response = page.answer(new HttpRequest(
                "GET",
                "/metrics",
                "/metrics",
                "",
                Map.of("accept", accept),
                ByteBuffer.allocate(0),
                InetAddress.getLoopbackAddress(),
                false));
        return StandardCharsets.UTF_8.decode(response.body().duplicate()).toString();
    }

    @Test
    void readingsTakeNoMoreThanAFifthOfTheTime() throws Exception {
        registry.add(reading -> {
            readings++;
            now += READING_NANOS;
            reading.add("kafka_brokers", readings);
        });
        assertThat(ask("*/*")).contains("kafka_brokers 1\n").contains("barnabas_metrics_read_seconds 0\n");
        for (int i = 0; i < 100; i++) assertThat(ask("*/*")).contains("kafka_brokers 1\n");
        now += 4 * READING_NANOS - 1;
        assertThat(ask("*/*")).contains("kafka_brokers 1\n");
        now++;
        assertThat(ask("*/*")).contains("kafka_brokers 2\n").contains("barnabas_metrics_read_seconds 0.1\n");
        assertThat(ask("application/openmetrics-text"))
                .contains("kafka_brokers 3\n")
                .endsWith("# EOF\n");
        assertThat(ask("*/*")).contains("kafka_brokers 2\n");
    }

    @Test
    void limitsOfTheMomentHold() throws Exception {
        registry.add(reading -> reading.add("kafka_brokers", reading.limits().topics()));
        limits = new SeriesLimits(3, 0, 0, 0);
        assertThat(ask("")).contains("kafka_brokers 3\n");
        limits = new SeriesLimits(5, 0, 0, 0);
        assertThat(ask("")).contains("kafka_brokers 5\n");
    }
}
