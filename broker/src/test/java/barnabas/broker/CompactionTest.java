package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A running broker compacts while it is written to.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CompactionTest {
    private static final String TOPIC = "compacted";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final int KEYS = 200;
    /// Of which each fills about a segment, the smallest that Kafka allows.
    private static final int ROUND_RECORDS = 1100;

    private static final int ROUNDS_MAX = 200;

    @TempDir
    private Path data;

    private final Map<String, String> newest = new HashMap<>();
    private final SplittableRandom random = new SplittableRandom(1);
    private long sent;

    private Barnabas broker() throws StartFailure {
        return Barnabas.start(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data.toString(),
                "log.cleaner.backoff.ms",
                "10",
                "log.segment.delete.delay.ms",
                "100"));
    }

    @Test
    void theNewestValueOfEachKeyIsReadWhileTheTopicIsCompacted() throws Exception {
        try (var broker = broker()) {
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                    var producer = producer(broker)) {
                var topic = new NewTopic(TOPIC, 1, (short) 1)
                        .configs(Map.of(
                                "cleanup.policy",
                                "compact",
                                "segment.bytes",
                                String.valueOf(1 << 20),
                                "min.cleanable.dirty.ratio",
                                "0.01"));
                admin.createTopics(List.of(topic)).all().get();
                long before = 0;
                int shrunk = 0;
                // the load goes on until the log has become shorter on disk under it a few times
                for (int round = 0; shrunk < 3; round++) {
                    assertThat(round).as("rounds without compaction").isLessThan(ROUNDS_MAX);
                    produceRound(producer);
                    long bytes = bytes(admin);
                    if (bytes < before) shrunk++;
                    before = bytes;
                    if (round % 4 == 3) assertThat(read(broker).newest()).isEqualTo(newest);
                }
            }
            checkAll(broker);
        }
        try (var broker = broker()) {
            checkAll(broker);
        }
    }

    private void checkAll(Barnabas broker) {
        var found = read(broker);
        assertThat(found.newest()).isEqualTo(newest);
        assertThat(found.records()).as("some of %d are gone", sent).isLessThan(sent);
    }

    private static KafkaProducer<String, String> producer(Barnabas broker) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "compression.type", "lz4"),
                new StringSerializer(),
                new StringSerializer());
    }

    private void produceRound(KafkaProducer<String, String> producer) {
        var noise = new byte[1000];
        for (int i = 0; i < ROUND_RECORDS; i++) {
            var key = "key " + random.nextInt(KEYS);
            boolean tombstone = random.nextInt(10) == 0;
            // what cannot be compressed
            random.nextBytes(noise);
            var value = sent++ + " " + new String(noise, StandardCharsets.ISO_8859_1);
            producer.send(new ProducerRecord<>(TOPIC, 0, key, tombstone ? null : value));
            if (tombstone) newest.remove(key);
            else newest.put(key, value);
        }
        producer.flush();
    }

    private static long bytes(Admin admin) throws Exception {
        return admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1).values().stream()
                .mapToLong(each -> each.replicaInfos().get(PARTITION).size())
                .sum();
    }

    private record Found(Map<String, String> newest, long records) {}

    /// As a table is built from a topic.
    private static Found read(Barnabas broker) {
        var found = new HashMap<String, String>();
        long records = 0;
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers(), "group.id", "reader"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            long end = consumer.endOffsets(List.of(PARTITION)).get(PARTITION);
            long last = -1;
            while (consumer.position(PARTITION) < end) {
                for (var each : consumer.poll(Duration.ofSeconds(1))) {
                    assertThat(each.offset()).isGreaterThan(last);
                    last = each.offset();
                    records++;
                    if (each.value() == null) found.remove(each.key());
                    else found.put(each.key(), each.value());
                }
            }
        }
        return new Found(found, records);
    }

    @Test
    void theCleanerTakesOverWhatIsAltered() throws Exception {
        var altered = Map.of(
                "log.cleaner.threads", "2",
                "log.cleaner.backoff.ms", "20",
                "log.cleaner.dedupe.buffer.size", "33554432",
                "log.cleaner.io.buffer.load.factor", "0.8",
                "log.cleaner.io.buffer.size", "262144",
                "log.cleaner.io.max.bytes.per.second", "1000000");
        try (var broker = broker();
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var operations = altered.entrySet().stream()
                    .map(each -> new AlterConfigOp(
                            new ConfigEntry(each.getKey(), each.getValue()), AlterConfigOp.OpType.SET))
                    .toList();
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.BROKER, ""), operations))
                    .all()
                    .get();
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (!hasThread("log-cleaner-1")) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
    }

    private static boolean hasThread(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.getName().endsWith(name));
    }
}
