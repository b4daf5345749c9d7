package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Failure;
import barnabas.base.FileDisk;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A data directory whose disk fails, or is full, while the broker runs.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FailingDirectoryTest {
    private static final int PARTITIONS = 4;

    @TempDir
    Path data;

    private GatedDisk disk;
    private Node broker;

    @BeforeEach
    void start() throws Exception {
        Path failing = data.resolve("a");
        disk = new GatedDisk(
                new FileDisk(),
                file -> file.startsWith(failing) && file.toString().endsWith(".log"));
        var settings = Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "node.id", "1",
                "log.dirs", failing + "," + data.resolve("b"),
                "metadata.log.dir", data.resolve("b").toString(),
                "offsets.topic.num.partitions", "1");
        if (!(BrokerConfig.parse(settings) instanceof ParseResult.Valid(BrokerConfig config, var warnings))) {
            throw new IllegalArgumentException("settings");
        }
        broker = Node.start(config, World.real(disk, Failure.UNCAUGHT));
        try (var admin = admin()) {
            admin.createTopics(List.of(new NewTopic("t", PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private String bootstrap() {
        return "127.0.0.1:" + broker.address().getPort();
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap()));
    }

    private KafkaProducer<byte[], byte[]> producer(String deliveryMillis) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap(),
                        "delivery.timeout.ms",
                        deliveryMillis,
                        "request.timeout.ms",
                        "1000",
                        "linger.ms",
                        "0"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, int partition, String value) throws Exception {
        producer.send(new ProducerRecord<>("t", partition, null, value.getBytes(StandardCharsets.UTF_8)))
                .get();
    }

    private List<String> read(int partition, int count, int seconds) {
        var found = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition("t", partition)));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (found.size() < count && System.nanoTime() < deadline)
                for (var each : consumer.poll(Duration.ofMillis(100)))
                    found.add(new String(each.value(), StandardCharsets.UTF_8));
        }
        return found;
    }

    private Map<String, LogDirDescription> directories(Admin admin) throws Exception {
        return admin.describeLogDirs(List.of(1)).allDescriptions().get().values().stream()
                .findFirst()
                .map(HashMap::new)
                .orElseThrow();
    }

    private List<Integer> partitionsIn(Admin admin, String directory) throws Exception {
        return directories(admin).get(data.resolve(directory).toString()).replicaInfos().keySet().stream()
                .filter(name -> name.topic().equals("t"))
                .map(TopicPartition::partition)
                .toList();
    }

    @Test
    void aFailedDirectoryTakesOnlyItsPartitionsDown() throws Exception {
        try (var admin = admin();
                var producer = producer("5000")) {
            var failing = partitionsIn(admin, "a");
            var sound = partitionsIn(admin, "b");
            assertThat(failing).hasSize(PARTITIONS / 2);
            assertThat(sound).hasSize(PARTITIONS / 2);
            for (int i = 0; i < PARTITIONS; i++) send(producer, i, "before");
            disk.failWrites("Input/output error");
            try (var failingProducer = producer("1500")) {
                assertThatThrownBy(() -> send(failingProducer, failing.getFirst(), "lost"));
            }
            // the disk answers again, but its contents are unknown: the directory stays out of service
            disk.failWrites(null);
            try (var failingProducer = producer("1500")) {
                assertThatThrownBy(() -> send(failingProducer, failing.getLast(), "lost"));
            }
            assertThat(read(failing.getFirst(), 1, 1)).isEmpty();
            for (int partition : sound) {
                send(producer, partition, "after");
                assertThat(read(partition, 2, 20)).containsExactly("before", "after");
            }
            var described = directories(admin);
            assertThat(described.get(data.resolve("a").toString()).error()).isInstanceOf(KafkaStorageException.class);
            assertThat(described.get(data.resolve("b").toString()).error()).isNull();
        }
    }

    @Test
    void aFullDirectoryServesReadsAndTakesRecordsAgainWhenThereIsSpace() throws Exception {
        try (var admin = admin();
                var producer = producer("5000")) {
            int partition = partitionsIn(admin, "a").getFirst();
            int other = partitionsIn(admin, "b").getFirst();
            send(producer, partition, "before");
            disk.failWrites("No space left on device");
            try (var refused = producer("1500")) {
                assertThatThrownBy(() -> send(refused, partition, "refused"));
            }
            assertThat(read(partition, 1, 20)).containsExactly("before");
            send(producer, other, "elsewhere");
            disk.failWrites(null);
            send(producer, partition, "after");
            assertThat(read(partition, 2, 20)).containsExactly("before", "after");
            assertThat(directories(admin).get(data.resolve("a").toString()).error())
                    .isNull();
        }
    }
}
