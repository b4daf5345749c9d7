package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ApiKey;
import barnabas.protocol.message.ApiVersionsRequest;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.MetadataResponse;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Quotas as clients see them.
@Timeout(120)
class QuotasTest {
    private static final String USER = "ANONYMOUS";

    @TempDir
    private Path folder;

    private Barnabas broker;
    private Admin admin;

    @BeforeEach
    void start() throws Exception {
        broker = Barnabas.start(
                Map.of("node.id", "1", "log.dirs", folder.toString(), "listeners", "PLAINTEXT://127.0.0.1:0"));
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
    }

    /// @param value null to remove the quota
    private void set(String type, String name, String quota, Double value) throws Exception {
        var names = new HashMap<String, String>();
        names.put(type, name);
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                        new ClientQuotaEntity(names), List.of(new ClientQuotaAlteration.Op(quota, value)))))
                .all()
                .get();
    }

    private static int ask(Socket socket) throws Exception {
        RawRequests.send(socket, ApiKey.METADATA, 12, MetadataRequest.builder().build());
        return ((MetadataResponse) RawRequests.receive(socket, ApiKey.METADATA, 12)).throttleTimeMs();
    }

    @Test
    void aClientAboveItsShareWaits() throws Exception {
        try (Socket socket = RawRequests.connect(broker)) {
            assertThat(ask(socket)).isZero();
            set(ClientQuotaEntity.CLIENT_ID, "test", "request_percentage", 0.000_001);
            int told = 0;
            long begun = 0;
            // The allowance of the first ten seconds comes first.
            while (told == 0) {
                begun = System.nanoTime();
                told = ask(socket);
            }
            assertThat(told).isBetween(1, 1_000);
            ask(socket);
            // The second answer cannot come before the end of the wait.
            assertThat(System.nanoTime() - begun).isGreaterThan((told - 1) * 1_000_000L);
            // Others are not held up, and the metric says by whom it was.
            try (Socket other = RawRequests.connect(broker)) {
                RawRequests.send(
                        other,
                        ApiKey.API_VERSIONS,
                        0,
                        ApiVersionsRequest.builder().build());
                RawRequests.receive(other, ApiKey.API_VERSIONS, 0);
            }
            assertThat(broker.metrics().number("barnabas_quota_throttled_ratio", "Request", "", "test"))
                    .isPositive();
            // A change counts at once.
            set(ClientQuotaEntity.CLIENT_ID, "test", "request_percentage", null);
            assertThat(ask(socket)).isZero();
        }
    }

    private static double metric(Map<MetricName, ? extends Metric> metrics, String name) {
        double max = 0;
        for (var each : metrics.entrySet())
            if (each.getKey().name().equals(name) && each.getValue().metricValue() instanceof Double value)
                max = Math.max(max, value);
        return max;
    }

    @Test
    void producersAndConsumersHaveByteRates() throws Exception {
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
        var values = new ByteArraySerializer();
        try (var producer = new KafkaProducer<>(client, values, values)) {
            producer.send(new ProducerRecord<>("t", 0, null, new byte[1_000])).get();
            set(ClientQuotaEntity.USER, USER, "producer_byte_rate", 1_000.0);
            producer.send(new ProducerRecord<>("t", 0, null, new byte[10_200])).get();
            assertThat(metric(producer.metrics(), "produce-throttle-time-max")).isBetween(1.0, 5_000.0);
        }
        assertThat(broker.metrics().number("kafka_server_quota_byte_rate", "Produce", USER, ""))
                .isPositive();
        set(ClientQuotaEntity.USER, null, "consumer_byte_rate", 1_000.0);
        var read = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<>(client, read, read)) {
            var partition = new TopicPartition("t", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            int count = 0;
            while (count < 2) count += consumer.poll(Duration.ofSeconds(1)).count();
            consumer.poll(Duration.ZERO);
            assertThat(metric(consumer.metrics(), "fetch-throttle-time-max")).isPositive();
        }
    }
}
