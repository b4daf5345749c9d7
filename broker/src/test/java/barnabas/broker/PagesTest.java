package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Failure;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.metrics.Metric;
import barnabas.metrics.MetricTable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Pages of a broker, asked for over HTTP while the official client uses it.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PagesTest {
    private static final String HTTP = "barnabas.http.listeners";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";
    /// The header of Prometheus 3.
    private static final String PROMETHEUS = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path data;

    private Map<String, String> settings(String http) {
        var settings = new HashMap<>(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()));
        settings.put("offsets.topic.num.partitions", "2");
        if (http != null) settings.put(HTTP, http);
        return settings;
    }

    private Barnabas start() throws StartFailure {
        return Barnabas.start(settings("http://127.0.0.1:0"));
    }

    private HttpResponse<String> ask(Barnabas broker, String method, String path, String accept) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(broker.httpUrls().getFirst() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Accept", accept)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> get(Barnabas broker, String path) throws Exception {
        return ask(broker, "GET", path, "*/*");
    }

    private Exposition scrape(Barnabas broker) throws Exception {
        HttpResponse<String> response = get(broker, "/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        return Exposition.of(response.body(), false);
    }

    /// Ten records of an hour ago; the group has read four of them.
    private static void use(Barnabas broker, String topic, String group) throws Exception {
        Map<String, Object> producing = Map.of("bootstrap.servers", broker.bootstrapServers());
        long hourAgo = System.currentTimeMillis() - TimeUnit.HOURS.toMillis(1);
        try (var producer = new KafkaProducer<>(producing, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < 10; i++)
                producer.send(new ProducerRecord<>(topic, 0, hourAgo, null, new byte[100]))
                        .get();
        }
        Map<String, Object> consuming = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "group.id",
                group,
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest");
        try (var consumer = new KafkaConsumer<>(consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            while (consumer.poll(Duration.ofSeconds(5)).isEmpty()) Thread.onSpinWait();
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(4)));
        }
    }

    @Test
    void trafficGroupsAndLagAreShown() throws Exception {
        try (Barnabas broker = start()) {
            use(broker, "t", "odd \"group\"\n\\ größe");
            Exposition page = scrape(broker);
            assertThat(page.value("kafka_server_brokertopicmetrics_messagesin_total", "topic", "t"))
                    .isEqualTo(10);
            // with what the coordinator writes
            assertThat(page.value("kafka_server_brokertopicmetrics_messagesin_total"))
                    .isGreaterThan(10);
            assertThat(page.value("kafka_log_log_logendoffset", "topic", "t", "partition", "0"))
                    .isEqualTo(10);
            assertThat(page.value("kafka_log_log_size", "topic", "t", "partition", "0"))
                    .isGreaterThan(1_000);
            String[] place = {"consumergroup", "odd \"group\"\n\\ größe", "topic", "t", "partition", "0"};
            assertThat(page.value("kafka_consumergroup_current_offset", place)).isEqualTo(4);
            assertThat(page.value("kafka_consumergroup_lag", place)).isEqualTo(6);
            assertThat(page.value("barnabas_consumergroup_lag_seconds", place)).isBetween(3_600.0, 3_720.0);
            assertThat(page.value("kafka_coordinator_group_groupmetadatamanager_numgroups"))
                    .isEqualTo(1);
            assertThat(page.value("kafka_topic_partition_current_offset", "topic", "t", "partition", "0"))
                    .isEqualTo(10);
            assertThat(page.value("kafka_controller_kafkacontroller_newactivecontrollerscount"))
                    .isEqualTo(1);
            assertThat(page.value("kafka_log_logcleanermanager_time_since_last_run_ms"))
                    .isBetween(0.0, 60_000.0);
            assertThat(page.value("kafka_controller_kafkacontroller_activecontrollercount"))
                    .isEqualTo(1);
            assertThat(page.value("kafka_server_kafkaserver_brokerstate")).isEqualTo(3);
            assertThat(page.value("kafka_server_replicamanager_underreplicatedpartitions"))
                    .isZero();
            assertThat(page.value("kafka_server_replicamanager_partitioncount")).isEqualTo(3);
            assertThat(page.value("kafka_server_replicamanager_produceridcount"))
                    .isEqualTo(1);
            assertThat(page.value("kafka_network_requestmetrics_totaltimems_count", "request", "Produce"))
                    .isEqualTo(10);
            assertThat(page.value("kafka_network_requestmetrics_totaltimems", "request", "Produce", "quantile", "0.99"))
                    .isBetween(0.0, 10_000.0);
            assertThat(page.value("process_open_fds")).isGreaterThan(10);
            assertThat(scrape(broker).value("barnabas_consumergroup_lag_seconds", place))
                    .as("a timestamp that is kept")
                    .isBetween(3_600.0, 3_720.0);
        }
    }

    @Test
    void partitionsOfHangingTransactionsAreCounted() throws Exception {
        String late = "kafka_server_replicamanager_partitionswithlatetransactionscount";
        try (Barnabas broker = start()) {
            Map<String, Object> settings =
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "hangs");
            long hoursAgo = System.currentTimeMillis() - TimeUnit.HOURS.toMillis(2);
            try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("open", 0, null, null, new byte[1]))
                        .get();
                assertThat(scrape(broker).value(late)).as("a young one").isZero();
                producer.commitTransaction();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("open", 0, hoursAgo, null, new byte[1]))
                        .get();
                assertThat(scrape(broker).value(late)).isEqualTo(1);
                producer.commitTransaction();
                // its marker is written behind the answer
                while (scrape(broker).value(late) > 0) Thread.onSpinWait();
            }
        }
    }

    @Test
    void waitingRequestsHaveATimeOfTheirOwn() throws Exception {
        try (Barnabas broker = start()) {
            use(broker, "t", "g");
            pollUntil(broker, "t", () -> waitsOf("Fetch", scrape(broker)) > 0);
            Exposition page = scrape(broker);
            assertThat(page.value("kafka_network_requestmetrics_remotetimems_count", "request", "Produce"))
                    .isZero();
        }
    }

    private static double waitsOf(String request, Exposition page) {
        return page.value("kafka_network_requestmetrics_remotetimems_count", "request", request);
    }

    /// Fetches behind the last record, so that the broker lets the requests wait.
    private static void pollUntil(Barnabas broker, String topic, Callable<Boolean> condition) throws Exception {
        Map<String, Object> consuming = Map.of("bootstrap.servers", broker.bootstrapServers(), "fetch.max.wait.ms", 50);
        try (var consumer = new KafkaConsumer<>(consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToEnd(List.of(partition));
            while (!condition.call()) consumer.poll(Duration.ofMillis(100));
        }
    }

    @Test
    void clientSoftwareIsShown() throws Exception {
        Map<String, Object> producing = new HashMap<>();
        try (Barnabas broker = start()) {
            producing.put("bootstrap.servers", broker.bootstrapServers());
            try (var producer = new KafkaProducer<>(producing, new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.send(new ProducerRecord<>("t", new byte[1])).get();
                Exposition page = scrape(broker);
                var software = page.all("kafka_server_socket_server_metrics_connections_software");
                assertThat(software).isNotEmpty();
                assertThat(software)
                        .allMatch(
                                each -> "apache-kafka-java".equals(each.labels().get("clientSoftwareName")));
                double open = page.all("kafka_server_socket_server_metrics_connection_count").stream()
                        .mapToDouble(Exposition.Sample::value)
                        .sum();
                assertThat(open)
                        .isEqualTo(software.stream()
                                .mapToDouble(Exposition.Sample::value)
                                .sum());
            }
        }
    }

    @Test
    void formIsTheOneThatTheScraperPrefers() throws Exception {
        try (Barnabas broker = start()) {
            use(broker, "t", "g");
            for (String accept : List.of(OPEN_METRICS, PROMETHEUS)) {
                HttpResponse<String> open = ask(broker, "GET", "/metrics", accept);
                assertThat(open.headers().firstValue("content-type"))
                        .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
                Exposition page = Exposition.of(open.body(), true);
                assertThat(page.types()).containsEntry("kafka_server_brokertopicmetrics_bytesin", "counter");
                assertThat(page.value("kafka_server_brokertopicmetrics_messagesin_total", "topic", "t"))
                        .isEqualTo(10);
            }
            for (String accept : List.of("*/*", "text/plain;q=0.5", "text/html", OPEN_METRICS + ";q=0", "=;,;q=x")) {
                HttpResponse<String> plain = ask(broker, "GET", "/metrics", accept);
                assertThat(plain.headers().firstValue("content-type"))
                        .as(accept)
                        .hasValue("text/plain; version=0.0.4; charset=utf-8");
                Exposition.of(plain.body(), false);
            }
        }
    }

    private static List<String[]> dashboardMetrics() throws IOException {
        var rows = new ArrayList<String[]>();
        try (var file = PagesTest.class.getResourceAsStream("dashboard-metrics.txt")) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) if (!line.startsWith("#")) rows.add(line.split(" "));
        }
        return rows;
    }

    /// Names that a node does not show yet; the file has the reasons.
    private static TreeSet<String> namesOfMissing() throws IOException {
        var names = new TreeSet<String>();
        Path file = Path.of("").toAbsolutePath().getParent().resolve("conformance/metrics/missing.txt");
        for (String line : Files.readAllLines(file)) names.add(line.split(" ", 2)[0]);
        return names;
    }

    /// Each query of the dashboards finds samples, with the labels that it selects by.
    @Test
    void dashboardsFindTheirNames() throws Exception {
        try (Barnabas broker = start()) {
            use(broker, "t", "g");
            Exposition page = scrape(broker);
            var missing = new TreeSet<String>();
            for (String[] row : dashboardMetrics()) {
                var labels = List.of(row).subList(1, row.length);
                boolean found = page.all(row[0]).stream()
                        .anyMatch(each -> each.labels().keySet().containsAll(labels));
                if (!found) missing.add(row[0]);
            }
            assertThat(missing).isEqualTo(namesOfMissing());
        }
    }

    /// No metric of the table is forgotten, but those of what this test does not do.
    @Test
    void tableIsShownAsAWhole() throws Exception {
        try (Barnabas broker = start()) {
            use(broker, "t", "g");
            var shown = scrape(broker).types().keySet();
            var absent = new ArrayList<String>();
            for (Metric metric : MetricTable.all()) if (!shown.contains(metric.name())) absent.add(metric.name());
            assertThat(absent)
                    .containsExactlyInAnyOrder(
                            "barnabas_metrics_left_out",
                            "barnabas_network_certificate_expires_at",
                            "barnabas_quota_throttled_ratio",
                            "kafka_server_quota_byte_rate",
                            "kafka_server_quota_request_time",
                            "kafka_server_group_coordinator_metrics_consumer_group_count",
                            "kafka_server_raftchannelmetrics_incoming_byte_total",
                            "kafka_server_raftchannelmetrics_outgoing_byte_total",
                            "kafka_server_raftchannelmetrics_request_total",
                            "kafka_server_raftchannelmetrics_response_total",
                            "kafka_server_raftmetrics_commit_latency_avg",
                            "kafka_server_socket_server_metrics_successful_authentication_total",
                            "kafka_server_socket_server_metrics_successful_authentication_rate",
                            "kafka_server_socket_server_metrics_successful_authentication_no_reauth_total",
                            "kafka_server_socket_server_metrics_failed_authentication_total",
                            "kafka_server_socket_server_metrics_failed_authentication_rate",
                            "kafka_server_socket_server_metrics_successful_reauthentication_total",
                            "kafka_server_socket_server_metrics_successful_reauthentication_rate",
                            "kafka_server_socket_server_metrics_failed_reauthentication_total",
                            "kafka_server_socket_server_metrics_failed_reauthentication_rate",
                            "kafka_server_socket_server_metrics_expired_connections_killed_count",
                            "kafka_server_socket_server_metrics_connections_software");
        }
    }

    @Test
    void samplesOfTopicsPartitionsAndOffsetsCanBeLimited() throws Exception {
        Map<String, String> settings = settings("http://127.0.0.1:0");
        settings.put("barnabas.metrics.topics.max", "1");
        settings.put("barnabas.metrics.partitions.max", "2");
        settings.put("barnabas.metrics.offsets.max", "0");
        try (Barnabas broker = Barnabas.start(settings)) {
            use(broker, "a", "g");
            use(broker, "b", "g");
            Exposition page = scrape(broker);
            assertThat(page.all("kafka_server_brokertopicmetrics_bytesin_total"))
                    .extracting(each -> each.labels().get("topic"))
                    .containsExactly(null, "__consumer_offsets");
            assertThat(page.all("kafka_log_log_size")).hasSize(2);
            assertThat(page.all("kafka_consumergroup_lag")).isEmpty();
            assertThat(page.value("kafka_coordinator_group_groupmetadatamanager_numoffsets"))
                    .isEqualTo(2);
            assertThat(page.value("kafka_server_replicamanager_partitioncount")).isEqualTo(4);
            assertThat(page.value("barnabas_metrics_left_out", "series", "topics"))
                    .isEqualTo(2);
            assertThat(page.value("barnabas_metrics_left_out", "series", "partitions"))
                    .isEqualTo(2);
            assertThat(page.value("barnabas_metrics_left_out", "series", "offsets"))
                    .isEqualTo(2);
        }
    }

    @Test
    void healthIsShown() throws Exception {
        try (Barnabas broker = start()) {
            HttpResponse<String> live = get(broker, "/health/live");
            assertThat(live.statusCode()).isEqualTo(200);
            assertThat(live.body()).isEqualTo("{\"status\":\"live\"}\n");
            assertThat(live.headers().firstValue("content-type")).hasValue("application/json; charset=utf-8");
            HttpResponse<String> ready = get(broker, "/health/ready");
            assertThat(ready.statusCode()).isEqualTo(200);
            assertThat(ready.body()).isEqualTo("{\"status\":\"ready\"}\n");
        }
    }

    @Test
    void otherPathsAndMethodsAreRefusedInJson() throws Exception {
        try (Barnabas broker = start()) {
            for (String path :
                    List.of("/none", "/metric", "/metrics/", "/health", "/..%2fmetrics", "//metrics", "/%00")) {
                HttpResponse<String> none = get(broker, path);
                assertThat(none.statusCode()).as(path).isEqualTo(404);
                assertThat(none.body()).startsWith("{\"error\":\"no such page\"");
            }
            HttpResponse<String> post = ask(broker, "POST", "/metrics", "*/*");
            assertThat(post.statusCode()).isEqualTo(405);
            assertThat(post.headers().firstValue("allow")).hasValue("GET, HEAD");
            HttpResponse<String> head = ask(broker, "HEAD", "/metrics", "*/*");
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
        }
    }

    @Test
    void brokerInsideAProgramHasNoPagesUnlessAsked() throws Exception {
        try (Barnabas broker = Barnabas.start(settings(null))) {
            assertThat(broker.httpUrls()).isEmpty();
        }
        try (Barnabas broker = Barnabas.start(settings(""))) {
            assertThat(broker.httpUrls()).isEmpty();
        }
    }

    @Test
    void addressThatIsTakenEndsTheStartIfItWasSet() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThatThrownBy(() -> Barnabas.start(settings("http://" + address)))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining(HTTP)
                    .hasMessageContaining(address)
                    .hasMessageContaining("in use");
            // the data directory was given back
            Barnabas.start(settings(null)).close();
        }
    }

    /// The default address may be free or taken by another test: the node runs in both cases.
    @Test
    void nodeRunsWithoutTheDefaultAddressIfThatIsTaken() throws Exception {
        var parsed = (ParseResult.Valid) BrokerConfig.parse(settings(null));
        try (ServerSocket _ = taking(9644);
                Barnabas broker = Barnabas.start(parsed.config(), Failure.UNCAUGHT)) {
            assertThat(broker.httpUrls()).isEmpty();
            assertThat(broker.bootstrapServers()).startsWith("127.0.0.1:");
        }
    }

    private static ServerSocket taking(int port) throws IOException {
        try {
            return new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
        } catch (BindException alreadyTaken) {
            return new ServerSocket();
        }
    }

    @Test
    void wrongAddressesAreRefusedWithTheirForm() {
        for (String wrong : List.of("ftp://127.0.0.1:1", "127.0.0.1:1", "http://x", "http://x:1/y", "http://x:99999"))
            assertThatThrownBy(() -> Barnabas.start(settings(wrong)))
                    .as(wrong)
                    .hasMessageContaining("http://{host}:{port}");
    }
}
