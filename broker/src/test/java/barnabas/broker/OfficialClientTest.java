package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The walking path, end to end, with the official Java client.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OfficialClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path data;

    private Barnabas broker;

    @BeforeEach
    void start() throws StartFailure {
        broker = Barnabas.start(settings());
    }

    private Map<String, String> settings() {
        return Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "log.dirs", data.toString(),
                "group.initial.rebalance.delay.ms", "0",
                "offsets.topic.num.partitions", "4");
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private void restart() throws StartFailure {
        broker.close();
        broker = Barnabas.start(settings());
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        var config = new HashMap<String, Object>(more);
        config.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        var config = new HashMap<String, Object>(Map.of("auto.offset.reset", "earliest"));
        config.putAll(more);
        config.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, int number) {
        return new ProducerRecord<>(topic, ("k" + number % 7).getBytes(StandardCharsets.UTF_8), value(number));
    }

    private static byte[] value(int number) {
        return ("value-" + number).getBytes(StandardCharsets.UTF_8);
    }

    private void produce(String topic, int from, int to, Map<String, Object> config) throws Exception {
        try (var producer = producer(config)) {
            var acknowledged = new ArrayList<java.util.concurrent.Future<RecordMetadata>>();
            for (int i = from; i < to; i++) acknowledged.add(producer.send(record(topic, i)));
            for (var each : acknowledged) each.get();
        }
    }

    private static List<String> poll(KafkaConsumer<byte[], byte[]> consumer, int count) {
        var values = new ArrayList<String>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (values.size() < count && System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(200))) {
                values.add(new String(each.value(), StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    private static List<String> values(int from, int to) {
        var values = new ArrayList<String>();
        for (int i = from; i < to; i++) values.add("value-" + i);
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void everyCodecPassesThrough(String codec) throws Exception {
        produce("codecs", 0, 500, Map.of("compression.type", codec));
        try (var consumer = consumer(Map.of())) {
            consumer.assign(List.of(new TopicPartition("codecs", 0)));
            assertThat(poll(consumer, 500)).isEqualTo(values(0, 500));
        }
    }

    @Test
    void aGroupContinuesWhereItStoppedAlsoAfterARestart() throws Exception {
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic("orders", 3, (short) 1)))
                    .all()
                    .get();
        }
        produce("orders", 0, 300, Map.of());
        Map<String, Object> group = Map.of("group.id", "g", "enable.auto.commit", "false");
        try (var consumer = consumer(group)) {
            consumer.subscribe(List.of("orders"));
            assertThat(poll(consumer, 300)).containsExactlyInAnyOrderElementsOf(values(0, 300));
            consumer.commitSync();
        }
        restart();
        produce("orders", 300, 400, Map.of());
        try (var consumer = consumer(group)) {
            consumer.subscribe(List.of("orders"));
            assertThat(poll(consumer, 100)).containsExactlyInAnyOrderElementsOf(values(300, 400));
        }
    }

    @Test
    void topicsConfigsAndRecordsSurviveARestart() throws Exception {
        try (var admin = admin()) {
            var topic = new NewTopic("kept", 2, (short) 1).configs(Map.of("retention.ms", "1234567"));
            admin.createTopics(List.of(topic)).all().get();
        }
        produce("kept", 0, 50, Map.of());
        restart();
        try (var admin = admin()) {
            assertThat(admin.listTopics().names().get()).contains("kept");
            var partitions = Set.of(new TopicPartition("kept", 0), new TopicPartition("kept", 1));
            long total = 0;
            for (TopicPartition partition : partitions) {
                total += admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                        .partitionResult(partition)
                        .get()
                        .offset();
            }
            assertThat(total).isEqualTo(50);
        }
    }

    @Test
    void creatingATopicTwiceIsRefusedInKafkasWords() throws Exception {
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic("q1", 1, (short) 1))).all().get();
            assertThatThrownBy(() -> admin.createTopics(List.of(new NewTopic("q1", 1, (short) 1)))
                            .all()
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TopicExistsException.class)
                    .hasMessageContaining("Topic 'q1' already exists.");
        }
    }

    @Test
    void aWaitingConsumerIsWoken() throws Exception {
        var consumer = consumer(Map.of("fetch.max.wait.ms", "20000"));
        try (var producer = producer(Map.of("linger.ms", "0"))) {
            producer.send(record("wake", 0)).get();
            consumer.assign(List.of(new TopicPartition("wake", 0)));
            assertThat(poll(consumer, 1)).isEqualTo(values(0, 1));
            var found = new ArrayList<String>();
            var reader = Thread.ofVirtual().start(() -> found.addAll(poll(consumer, 1)));
            producer.send(record("wake", 1)).get();
            assertThat(reader.join(Duration.ofSeconds(10))).isTrue();
            assertThat(found).isEqualTo(values(1, 2));
        } finally {
            // Otherwise the consumer ends its session behind a fetch that waits for as long as it may.
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }
}
