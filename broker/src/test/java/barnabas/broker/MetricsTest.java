package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metrics.Distribution;
import barnabas.metrics.Reading;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.FindCoordinatorRequest;
import barnabas.protocol.message.MetadataRequest;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Counters of a broker after requests of the official client.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MetricsTest {
    private static final int RECORDS = 50;

    @TempDir
    Path data;

    private Barnabas start() throws StartFailure {
        return Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()));
    }

    @Test
    void requestsAndTrafficAreCounted() throws Exception {
        try (Barnabas broker = start()) {
            long fetched = produceAndConsume(broker.bootstrapServers());
            Reading reading = broker.metrics();
            assertThat(reading.number("kafka_server_brokertopicmetrics_messagesin_total", ""))
                    .isEqualTo(RECORDS);
            assertThat(reading.number("kafka_server_brokertopicmetrics_messagesin_total", "t"))
                    .isEqualTo(RECORDS);
            assertThat(reading.number("kafka_server_brokertopicmetrics_bytesin_total", "t"))
                    .isGreaterThan(RECORDS * 100.0);
            assertThat(reading.number("kafka_server_brokertopicmetrics_bytesout_total", "t"))
                    .isEqualTo(reading.number("kafka_server_brokertopicmetrics_bytesout_total", ""))
                    .isGreaterThanOrEqualTo(fetched);
            double produces = 0;
            for (int version = 3; version <= ApiKey.PRODUCE.highestVersion(); version++)
                produces += reading.number(
                        "kafka_network_requestmetrics_requests_total", "Produce", String.valueOf(version));
            assertThat(produces).isEqualTo(RECORDS);
            assertThat(reading.number("kafka_network_requestmetrics_errors_total", "Produce", "NONE"))
                    .isEqualTo(RECORDS);
            assertThat(reading.distribution("kafka_network_requestmetrics_requestbytes", "Produce")
                            .sum())
                    .isGreaterThan(RECORDS * 100L);
            assertThat(reading.distribution("barnabas_network_response_bytes", "Fetch")
                            .sum())
                    .isGreaterThanOrEqualTo(fetched);
            Distribution total = reading.distribution("kafka_network_requestmetrics_totaltimems", "Produce");
            Distribution local = reading.distribution("kafka_network_requestmetrics_localtimems", "Produce");
            assertThat(total.count()).isEqualTo(RECORDS);
            assertThat(local.count()).isEqualTo(RECORDS);
            assertThat(total.sum()).isBetween(1L, TimeUnit.SECONDS.toNanos(60));
            assertThat(reading.distribution("kafka_network_requestmetrics_requestqueuetimems", "Produce")
                            .count())
                    .isEqualTo(RECORDS);
            assertThat(reading.number("barnabas_network_connections_accepted_total"))
                    .isPositive();
            assertThat(reading.number("barnabas_log_directory_open_files", data.toString()))
                    .isPositive();
        }
    }

    @Test
    void waitingFetchesAndTheirSessionsAreCounted() throws Exception {
        try (Barnabas broker = start()) {
            Map<String, Object> consuming = Map.of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "fetch.max.wait.ms",
                    300,
                    "auto.offset.reset",
                    "latest");
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic("t", 2, (short) 1)))
                        .all()
                        .get();
            }
            try (var consumer =
                    new KafkaConsumer<>(consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.assign(List.of(new TopicPartition("t", 0), new TopicPartition("t", 1)));
                Reading reading = broker.metrics();
                while (reading.number("kafka_server_delayedfetchmetrics_expires_total", "consumer") < 2
                        || reading.number("kafka_server_fetchsessioncache_numincrementalfetchpartitionscached") != 2
                        || reading.number("kafka_server_delayedoperationpurgatory_numdelayedoperations", "Fetch")
                                != 1) {
                    assertThat(consumer.poll(Duration.ofMillis(10))).isEmpty();
                    reading = broker.metrics();
                }
                assertThat(reading.number("kafka_server_fetchsessioncache_numincrementalfetchsessions"))
                        .isEqualTo(1);
                assertThat(reading.number("kafka_server_delayedfetchmetrics_expires_total", "follower"))
                        .isZero();
                assertThat(reading.number("kafka_server_delayedoperationpurgatory_purgatorysize", "Produce"))
                        .isZero();
            }
            while (broker.metrics().number("kafka_server_delayedoperationpurgatory_numdelayedoperations", "Fetch") != 0)
                Thread.onSpinWait();
        }
    }

    @Test
    void forcesOfSegmentsAreTimed() throws Exception {
        try (Barnabas broker = start()) {
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic("t", 1, (short) 1).configs(Map.of("flush.messages", "2"))))
                        .all()
                        .get();
            }
            long before = broker.metrics()
                    .distribution("kafka_log_logflushstats_logflushrateandtimems")
                    .count();
            produceAndConsume(broker.bootstrapServers());
            Distribution forces = broker.metrics().distribution("kafka_log_logflushstats_logflushrateandtimems");
            assertThat(forces.count()).isGreaterThan(before);
            assertThat(forces.sum()).isPositive();
        }
    }

    /// @return bytes of values
    private static long produceAndConsume(String servers) throws Exception {
        Map<String, Object> producing = Map.of("bootstrap.servers", servers, "enable.idempotence", false);
        try (var producer = new KafkaProducer<>(producing, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < RECORDS; i++)
                producer.send(new ProducerRecord<>("t", 0, null, new byte[100])).get();
        }
        Map<String, Object> consuming = Map.of("bootstrap.servers", servers, "auto.offset.reset", "earliest");
        long bytes = 0;
        try (var consumer = new KafkaConsumer<>(consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition("t", 0)));
            for (int left = RECORDS; left > 0; ) {
                for (var each : consumer.poll(Duration.ofSeconds(10))) {
                    bytes += each.value().length;
                    left--;
                }
            }
        }
        return bytes;
    }

    @Test
    void errorsAreCountedByCode() throws Exception {
        try (Barnabas broker = start();
                Socket socket = RawRequests.connect(broker)) {
            var lost = MetadataRequest.builder()
                    .topics(List.of(MetadataRequest.MetadataRequestTopic.builder()
                            .name("missing")
                            .build()))
                    .allowAutoTopicCreation(false)
                    .build();
            for (int i = 0; i < 3; i++) {
                RawRequests.send(socket, ApiKey.METADATA, 9, lost);
                RawRequests.receive(socket, ApiKey.METADATA, 9);
            }
            assertThat(broker.metrics()
                            .number(
                                    "kafka_network_requestmetrics_errors_total",
                                    "Metadata",
                                    "UNKNOWN_TOPIC_OR_PARTITION"))
                    .isEqualTo(3);
            assertThat(broker.metrics().number("kafka_network_requestmetrics_requests_total", "Metadata", "9"))
                    .isEqualTo(3);
        }
    }

    /// Large requests are decoded on a thread of their own; the time until it runs is queue time.
    @Test
    void largeRequestsHaveAQueueTime() throws Exception {
        try (Barnabas broker = start();
                Socket socket = RawRequests.connect(broker)) {
            var large = FindCoordinatorRequest.builder().key("k".repeat(30_000)).build();
            RawRequests.send(socket, ApiKey.FIND_COORDINATOR, 1, large);
            var topics = new ArrayList<MetadataRequest.MetadataRequestTopic>();
            for (int i = 0; i < 400; i++)
                topics.add(MetadataRequest.MetadataRequestTopic.builder()
                        .name(i + "x".repeat(240))
                        .build());
            RawRequests.receive(socket, ApiKey.FIND_COORDINATOR, 1);
            RawRequests.send(
                    socket,
                    ApiKey.METADATA,
                    9,
                    MetadataRequest.builder()
                            .topics(topics)
                            .allowAutoTopicCreation(false)
                            .build());
            RawRequests.receive(socket, ApiKey.METADATA, 9);
            Reading reading = broker.metrics();
            assertThat(reading.distribution("kafka_network_requestmetrics_requestqueuetimems", "Metadata")
                            .sum())
                    .isPositive();
            assertThat(reading.distribution("kafka_network_requestmetrics_requestqueuetimems", "FindCoordinator")
                            .sum())
                    .isZero();
            assertThat(reading.number(
                            "kafka_network_requestmetrics_errors_total", "Metadata", "UNKNOWN_TOPIC_OR_PARTITION"))
                    .isEqualTo(400);
        }
    }
}
