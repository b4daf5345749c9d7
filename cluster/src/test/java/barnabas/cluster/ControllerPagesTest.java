package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Health and metrics of a node that is a controller only.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ControllerPagesTest {
    @TempDir
    private Path folder;

    private Map<String, String> settings = Map.of();

    @BeforeEach
    void format() throws Exception {
        ClusterNode.format(1, folder);
        settings = ClusterNode.controller(ClusterNode.settings(1, ClusterNode.freePorts(1), folder));
        settings.put("barnabas.http.listeners", "http://127.0.0.1:0");
    }

    private static HttpResponse<String> get(Barnabas node, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI page = URI.create(node.httpUrls().getFirst() + path);
            return client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
        }
    }

    @Test
    void controllerShowsItsHealthAndItsMetrics() throws Exception {
        try (Barnabas node = ClusterNode.start(settings)) {
            LocalCluster.await("ready", () -> get(node, "/health/ready").statusCode() == 200);
            String metrics = get(node, "/metrics").body();
            assertThat(metrics)
                    .contains("kafka_controller_kafkacontroller_activecontrollercount 1")
                    .contains("kafka_server_raftmetrics_current_leader 1")
                    .doesNotContain("brokerstate");
            HttpResponse<String> console = get(node, "/");
            assertThat(console.statusCode()).isEqualTo(404);
            assertThat(console.body()).contains("/metrics");
        }
    }

    @Test
    void registryIsRefusedWhereThereIsNoBroker() {
        settings.put("barnabas.schema.registry.listeners", "http://127.0.0.1:0");
        assertThatThrownBy(() -> ClusterNode.start(settings))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("barnabas.schema.registry.listeners is for nodes with the role broker");
    }
}
