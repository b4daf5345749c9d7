package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Acknowledgements that mean "on disk", from a client's side: what was acknowledged is in the journal by then.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DurabilityTest {
    @TempDir
    Path data;

    private static final int PARTITIONS = 4;

    private Barnabas broker(Map<String, String> more) throws StartFailure {
        var settings = new HashMap<>(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "log.dirs", data.toString(),
                "group.initial.rebalance.delay.ms", "0",
                "offsets.topic.num.partitions", "2"));
        settings.putAll(more);
        assertThat(BrokerConfig.parse(settings)).isInstanceOf(ParseResult.Valid.class);
        return Barnabas.start(settings);
    }

    private static KafkaProducer<byte[], byte[]> producer(Barnabas broker, String acks) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "acks",
                        acks,
                        "enable.idempotence",
                        acks.equals("all")),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static Admin admin(Barnabas broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private static void create(Barnabas broker, Map<String, String> configs) throws Exception {
        try (var admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic("t", PARTITIONS, (short) 1).configs(configs)))
                    .all()
                    .get();
        }
    }

    private static void produce(Barnabas broker, String acks, int count) throws Exception {
        try (var producer = producer(broker, acks)) {
            var sent = new ArrayList<Future<RecordMetadata>>();
            for (int i = 0; i < count; i++)
                sent.add(producer.send(new ProducerRecord<>("t", i % PARTITIONS, null, value(i))));
            for (var each : sent) each.get();
        }
    }

    private static byte[] value(int i) {
        return ("durable-" + i).getBytes(StandardCharsets.UTF_8);
    }

    private List<String> consume(Barnabas broker, int count) {
        var found = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = new ArrayList<TopicPartition>();
            for (int i = 0; i < PARTITIONS; i++) partitions.add(new TopicPartition("t", i));
            consumer.assign(partitions);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (found.size() < count && System.nanoTime() < deadline)
                for (var each : consumer.poll(Duration.ofMillis(100)))
                    found.add(new String(each.value(), StandardCharsets.UTF_8));
        }
        return found;
    }

    private boolean journalHolds(String text) throws Exception {
        for (var name : List.of("barnabas-journal-0", "barnabas-journal-1")) {
            var file = data.resolve(name);
            if (Files.exists(file) && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text))
                return true;
        }
        return false;
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "1"})
    void acknowledgedRecordsAreInTheJournal(String acks) throws Exception {
        try (var broker = broker(Map.of("barnabas.durability", "journal"))) {
            create(broker, Map.of());
            produce(broker, acks, 200);
            assertThat(journalHolds("durable-199")).isTrue();
            assertThat(consume(broker, 200)).hasSize(200);
        }
        try (var broker = broker(Map.of())) {
            assertThat(consume(broker, 200)).hasSize(200).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flush.messages=1", "barnabas.durability=journal"})
    void aTopicCanAskForIt(String setting) throws Exception {
        var parts = setting.split("=", 2);
        try (var broker = broker(Map.of())) {
            create(broker, Map.of());
            produce(broker, "all", 20);
            assertThat(data.resolve("barnabas-journal-0")).doesNotExist();
        }
        try (var broker = broker(Map.of())) {
            try (var admin = admin(broker)) {
                admin.deleteTopics(List.of("t")).all().get();
            }
            create(broker, Map.of(parts[0], parts[1]));
            produce(broker, "all", 20);
            assertThat(journalHolds("durable-19")).isTrue();
        }
    }

    @Test
    void committedOffsetsAreDurableToo() throws Exception {
        try (var broker = broker(Map.of("barnabas.durability", "journal"))) {
            create(broker, Map.of());
            try (var consumer = new KafkaConsumer<>(
                    Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers(), "group.id", "durable-group"),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer())) {
                consumer.assign(List.of(new TopicPartition("t", 0)));
                consumer.commitSync(Map.of(new TopicPartition("t", 0), new OffsetAndMetadata(7)));
            }
            assertThat(journalHolds("durable-group")).isTrue();
        }
    }
}
