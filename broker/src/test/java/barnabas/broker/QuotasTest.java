package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ApiVersionsRequest;
import barnabas.protocol.message.CreatePartitionsRequest;
import barnabas.protocol.message.CreatePartitionsResponse;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DeleteTopicsResponse;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.MetadataResponse;
import java.net.Socket;
import java.net.SocketException;
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

    private static FetchResponse fetch(Socket socket, int sessionId, int epoch) throws Exception {
        var partition = FetchRequest.FetchPartition.builder()
                .partition(0)
                .partitionMaxBytes(1 << 20)
                .build();
        var request = FetchRequest.builder()
                .maxBytes(1 << 20)
                .sessionId(sessionId)
                .sessionEpoch(epoch)
                .topics(List.of(FetchRequest.FetchTopic.builder()
                        .topic("t")
                        .partitions(List.of(partition))
                        .build()))
                .build();
        RawRequests.send(socket, ApiKey.FETCH, 12, request);
        return (FetchResponse) RawRequests.receive(socket, ApiKey.FETCH, 12);
    }

    private static int records(FetchResponse response) {
        return response.responses().stream()
                .flatMap(topic -> topic.partitions().stream())
                .mapToInt(partition -> partition.records().sizeBytes())
                .sum();
    }

    /// As with Apache Kafka: a client above its rate gets nothing, and the time to wait; a session goes on, and none
    /// begins. What comes behind the wait has records.
    @Test
    void aFetchAboveTheRateIsAnsweredEmpty() throws Exception {
        var values = new ByteArraySerializer();
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (var producer = new KafkaProducer<>(client, values, values)) {
            producer.send(new ProducerRecord<>("t", 0, null, new byte[10_000])).get();
        }
        try (Socket socket = RawRequests.connect(broker);
                Socket other = RawRequests.connect(broker)) {
            set(ClientQuotaEntity.CLIENT_ID, "test", "consumer_byte_rate", 800.0);
            FetchResponse first = fetch(socket, 0, 0);
            assertThat(records(first)).isGreaterThan(10_000);
            assertThat(first.throttleTimeMs()).isZero();
            assertThat(first.sessionId()).isPositive();
            FetchResponse throttled = fetch(socket, first.sessionId(), 1);
            assertThat(records(throttled)).isZero();
            assertThat(throttled.throttleTimeMs()).isBetween(1, 5_000);
            assertThat(throttled.sessionId()).isEqualTo(first.sessionId());
            FetchResponse begun = fetch(other, 0, 0);
            assertThat(records(begun)).isZero();
            assertThat(begun.sessionId()).isZero();
            assertThat(broker.metrics().number("barnabas_quota_throttled_ratio", "Fetch", "", "test"))
                    .isPositive();
            FetchResponse later = fetch(socket, first.sessionId(), 2);
            assertThat(records(later)).isGreaterThan(10_000);
        }
    }

    /// A connection beyond the rate of its address is closed; an address with a rate of its own has that.
    @Test
    void anAddressOpensSoManyConnectionsASecond() throws Exception {
        set(ClientQuotaEntity.IP, null, "connection_creation_rate", 1_000.0);
        set(ClientQuotaEntity.IP, "127.0.0.1", "connection_creation_rate", 1.0);
        // The limit comes a moment behind the answer.
        boolean closed = false;
        while (!closed) {
            try (Socket first = RawRequests.connect(broker);
                    Socket second = RawRequests.connect(broker)) {
                assertThat(first.isConnected()).isTrue();
                second.setSoTimeout(5_000);
                RawRequests.send(
                        second,
                        ApiKey.API_VERSIONS,
                        0,
                        ApiVersionsRequest.builder().build());
                closed = second.getInputStream().read() < 0;
            } catch (SocketException e) {
                closed = true; // reset: it was closed before the request came
            }
        }
        set(ClientQuotaEntity.IP, "127.0.0.1", "connection_creation_rate", null);
    }

    private static CreateTopicsResponse create(Socket socket, int version, String topic, int partitions)
            throws Exception {
        var request = CreateTopicsRequest.builder()
                .topics(List.of(CreateTopicsRequest.CreatableTopic.builder()
                        .name(topic)
                        .numPartitions(partitions)
                        .replicationFactor((short) 1)
                        .build()))
                .timeoutMs(30_000)
                .build();
        RawRequests.send(socket, ApiKey.CREATE_TOPICS, version, request);
        return (CreateTopicsResponse) RawRequests.receive(socket, ApiKey.CREATE_TOPICS, version);
    }

    private static ErrorCode error(CreateTopicsResponse response) {
        return ErrorCode.of(response.topics().getFirst().errorCode());
    }

    @Test
    void aClientCreatesAndDeletesSoManyPartitionsASecond() throws Exception {
        set(ClientQuotaEntity.CLIENT_ID, "test", "controller_mutation_rate", 0.01);
        int strict = ApiKey.CREATE_TOPICS.highestStableVersion();
        try (Socket socket = RawRequests.connect(broker)) {
            CreateTopicsResponse first = create(socket, strict, "first", 1);
            assertThat(error(first)).isEqualTo(ErrorCode.NONE);
            assertThat(first.throttleTimeMs()).isZero();
            CreateTopicsResponse second = create(socket, strict, "second", 1);
            assertThat(error(second)).isEqualTo(ErrorCode.THROTTLING_QUOTA_EXCEEDED);
            assertThat(second.throttleTimeMs()).isBetween(1, 90_000);
        }
        try (Socket socket = RawRequests.connect(broker)) {
            RawRequests.send(
                    socket,
                    ApiKey.DELETE_TOPICS,
                    6,
                    DeleteTopicsRequest.builder()
                            .topics(List.of(new DeleteTopicsRequest.DeleteTopicState("first", Uuid.ZERO)))
                            .timeoutMs(30_000)
                            .build());
            var deleted = (DeleteTopicsResponse) RawRequests.receive(socket, ApiKey.DELETE_TOPICS, 6);
            assertThat(ErrorCode.of(deleted.responses().getFirst().errorCode()))
                    .isEqualTo(ErrorCode.THROTTLING_QUOTA_EXCEEDED);
        }
        try (Socket socket = RawRequests.connect(broker)) {
            RawRequests.send(
                    socket,
                    ApiKey.CREATE_PARTITIONS,
                    3,
                    CreatePartitionsRequest.builder()
                            .topics(List.of(new CreatePartitionsRequest.CreatePartitionsTopic("first", 2, null)))
                            .timeoutMs(30_000)
                            .build());
            var grown = (CreatePartitionsResponse) RawRequests.receive(socket, ApiKey.CREATE_PARTITIONS, 3);
            assertThat(ErrorCode.of(grown.results().getFirst().errorCode()))
                    .isEqualTo(ErrorCode.THROTTLING_QUOTA_EXCEEDED);
        }
        // A client that does not know the error has it done, and waits.
        try (Socket socket = RawRequests.connect(broker)) {
            CreateTopicsResponse old = create(socket, 5, "old", 1);
            assertThat(error(old)).isEqualTo(ErrorCode.NONE);
            assertThat(old.throttleTimeMs()).isPositive();
        }
        assertThat(admin.listTopics().names().get()).containsExactlyInAnyOrder("first", "old");
    }
}
