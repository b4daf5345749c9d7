package barnabas.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node pushes to a receiver of the test's own.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MetricPushTest {
    @TempDir
    private Path data;

    private Barnabas start(String endpoint, Map<String, String> more) throws StartFailure {
        return PushingNode.start(data, endpoint, more);
    }

    /// Types by name, as the page says them.
    private static Map<String, String> page(Barnabas broker) throws Exception {
        var types = new TreeMap<String, String>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> page = client.send(
                    HttpRequest.newBuilder(URI.create(broker.httpUrls().getFirst() + "/metrics"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            for (String line : page.body().split("\n", -1)) {
                if (!line.startsWith("# TYPE ")) continue;
                String[] words = line.split(" ", -1);
                types.put(words[2], words[3]);
            }
        }
        return types;
    }

    private static String type(Metric metric) {
        return switch (metric.getDataCase()) {
            case SUM -> "counter";
            case GAUGE -> "gauge";
            case SUMMARY -> "summary";
            default -> "another: " + metric.getDataCase();
        };
    }

    private static Map<String, String> attributes(List<KeyValue> attributes) {
        var values = new TreeMap<String, String>();
        for (KeyValue each : attributes)
            values.put(each.getKey(), each.getValue().getStringValue());
        return values;
    }

    private static Map<String, Metric> byName(ResourceMetrics pushed) {
        var metrics = new TreeMap<String, Metric>();
        for (Metric each : pushed.getScopeMetrics(0).getMetricsList()) metrics.put(each.getName(), each);
        return metrics;
    }

    @Test
    void pushesWhatThePageShows() throws Exception {
        try (var receiver = Receiver.start();
                var broker =
                        start(receiver.url(), Map.of("barnabas.otlp.headers", "authorization=Bearer a=b,X-Org=one"))) {
            var _ = page(broker); // so that the counters of the page's own reading are there
            var _ = receiver.await();
            Receiver.Push push = receiver.await();
            assertThat(push.path()).isEqualTo("/v1/metrics");
            assertThat(push.headers().get("Authorization")).containsExactly("Bearer a=b");
            assertThat(push.headers().get("X-org")).containsExactly("one");
            assertThat(push.headers().get("Content-type")).containsExactly("application/x-protobuf");
            ResourceMetrics pushed = push.content().getResourceMetrics(0);
            assertThat(attributes(pushed.getResource().getAttributesList()))
                    .containsEntry("service.name", "barnabas")
                    .containsEntry("service.namespace", broker.clusterId())
                    .containsEntry("service.instance.id", String.valueOf(broker.nodeId()));
            Map<String, Metric> metrics = byName(pushed);
            var types = new TreeMap<String, String>();
            metrics.forEach((name, metric) -> types.put(name, type(metric)));
            Map<String, String> page = page(broker);
            page.remove("barnabas_metrics_read_seconds"); // of the page itself
            assertThat(types).isEqualTo(page);
        }
    }

    @Test
    void valuesHaveUnitsLabelsAndTheirStart() throws Exception {
        try (var receiver = Receiver.start();
                var broker = start(receiver.url() + "/v1/metrics", Map.of())) {
            assertThat(page(broker)).isNotEmpty();
            Receiver.Push push = receiver.await();
            assertThat(push.path()).isEqualTo("/v1/metrics");
            Map<String, Metric> metrics = byName(push.content().getResourceMetrics(0));
            Metric counter = metrics.get("process_cpu_seconds_total");
            assertThat(counter.getSum().getIsMonotonic()).isTrue();
            assertThat(counter.getSum().getAggregationTemporality())
                    .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
            NumberDataPoint seconds = counter.getSum().getDataPoints(0);
            assertThat(seconds.getAsDouble()).isPositive();
            assertThat(seconds.getStartTimeUnixNano()).isPositive().isLessThan(seconds.getTimeUnixNano());
            assertThat(counter.getDescription()).isEqualTo("Processor time of the process.");
            Metric heap = metrics.get("jvm_memory_used_bytes");
            assertThat(heap.getUnit()).isEqualTo("By");
            assertThat(heap.getGauge().getDataPointsList())
                    .anySatisfy(point -> assertThat(attributes(point.getAttributesList()))
                            .containsExactly(Map.entry("area", "heap")));
            Metric pauses = metrics.get("jvm_gc_collection_seconds");
            assertThat(pauses.getUnit()).isEqualTo("s");
            assertThat(pauses.getSummary().getDataPoints(0).getAttributesList()).hasSize(1);
        }
    }

    @Test
    void badSettingsStopTheStart() {
        for (String endpoint :
                List.of("localhost:4318", "grpc://a:4317", "http://", "http://a:0", "http://u:p@a", "http://a?b"))
            assertThatThrownBy(() -> start(endpoint, Map.of()))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("Invalid value " + endpoint + " for configuration barnabas.otlp.endpoint")
                    .hasNoCause();
        assertThatThrownBy(() -> start("http://a", Map.of("barnabas.otlp.headers", "secret")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("barnabas.otlp.headers")
                .hasMessageNotContaining("secret");
    }
}
