package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Several data directories: partitions stay where they are, some take no new ones, and damage harms only what is
/// damaged.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DirectoriesTest {
    private static final int PARTITIONS = 6;

    @TempDir
    Path data;

    private Barnabas broker(Map<String, String> more) throws StartFailure {
        var settings = new HashMap<>(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data.resolve("a") + "," + data.resolve("b"),
                "offsets.topic.num.partitions",
                "1"));
        settings.putAll(more);
        return Barnabas.start(settings);
    }

    private static void create(Barnabas broker) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("t", PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(Barnabas broker) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "delivery.timeout.ms",
                        "2000",
                        "request.timeout.ms",
                        "1000",
                        "linger.ms",
                        "0"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static void produceToAll(Barnabas broker) throws Exception {
        try (var producer = producer(broker)) {
            for (int i = 0; i < PARTITIONS; i++)
                producer.send(new ProducerRecord<>("t", i, null, "v".getBytes(StandardCharsets.UTF_8)))
                        .get();
        }
    }

    private static long end(Admin admin, int partition) throws Exception {
        var name = new TopicPartition("t", partition);
        return admin.listOffsets(Map.of(name, OffsetSpec.latest()))
                .partitionResult(name)
                .get()
                .offset();
    }

    private List<Path> partitionsIn(String directory) throws IOException {
        try (var entries = Files.list(data.resolve(directory))) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith("t-"))
                    .toList();
        }
    }

    @Test
    void partitionsAreFoundWhereTheyLie() throws Exception {
        try (var broker = broker(Map.of())) {
            create(broker);
            produceToAll(broker);
        }
        try (var broker = broker(Map.of());
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            for (int i = 0; i < PARTITIONS; i++) assertThat(end(admin, i)).isOne();
        }
        assertThat(partitionsIn("a")).hasSize(PARTITIONS / 2);
        assertThat(partitionsIn("b")).hasSize(PARTITIONS / 2);
    }

    @Test
    void aDeletedMetadataLogIsNoEmptyCluster() throws Exception {
        try (var broker = broker(Map.of())) {
            create(broker);
            produceToAll(broker);
        }
        Path log = data.resolve("a").resolve("__cluster_metadata-0");
        Files.move(log, data.resolve("backup"));
        for (int start = 0; start < 2; start++)
            assertThatThrownBy(() -> broker(Map.of()))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageMatching(
                            "The metadata log .*/__cluster_metadata-0 is gone, but .* holds 3 partitions: restore it from a"
                                    + " backup, or move the partitions away to begin an empty cluster");
        assertThat(partitionsIn("a")).hasSize(PARTITIONS / 2);
        Files.move(data.resolve("backup"), log);
        try (var broker = broker(Map.of());
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            for (int i = 0; i < PARTITIONS; i++) assertThat(end(admin, i)).isOne();
        }
    }

    /// Records above the checkpointed high watermark are read again at the next start.
    @Test
    void anOrderlyStopWritesDownTheHighWatermarks() throws Exception {
        try (var broker = broker(Map.of())) {
            create(broker);
            produceToAll(broker);
        }
        List<String> lines = new ArrayList<>();
        for (String directory : List.of("a", "b"))
            lines.addAll(Files.readAllLines(data.resolve(directory).resolve("replication-offset-checkpoint")));
        for (int i = 0; i < PARTITIONS; i++) assertThat(lines).contains("t " + i + " 1");
    }

    @Test
    void aCordonedDirectoryTakesNoNewPartitions() throws Exception {
        try (var broker = broker(Map.of("cordoned.log.dirs", data.resolve("a").toString()))) {
            create(broker);
            produceToAll(broker);
        }
        assertThat(partitionsIn("a")).isEmpty();
        assertThat(partitionsIn("b")).hasSize(PARTITIONS);
    }

    @Test
    void aDamagedPartitionIsOfflineAndTheOthersServe() throws Exception {
        try (var broker = broker(Map.of())) {
            create(broker);
            produceToAll(broker);
        }
        var damaged = partitionsIn("a").getFirst();
        int index = Integer.parseInt(damaged.getFileName().toString().substring(2));
        // a later segment that does not continue the first, as if one between them had been deleted by hand; all were
        // on disk
        Files.copy(damaged.resolve("00000000000000000000.log"), damaged.resolve("00000000000000000007.log"));
        var flushed = data.resolve("a").resolve("recovery-point-offset-checkpoint");
        assertThat(flushed).content().contains("t " + index + " 1");
        Files.writeString(flushed, Files.readString(flushed).replace("t " + index + " 1", "t " + index + " 5"));
        Files.delete(data.resolve("a").resolve(".kafka_cleanshutdown"));
        try (var broker = broker(Map.of());
                var producer = producer(broker);
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>("t", index, null, new byte[1]))
                            .get())
                    .rootCause()
                    .isInstanceOf(Exception.class);
            for (int i = 0; i < PARTITIONS; i++) {
                var described = admin.describeTopics(List.of("t"))
                        .allTopicNames()
                        .get()
                        .get("t")
                        .partitions()
                        .get(i);
                assertThat(described.replicas()).hasSize(1);
                if (i == index) continue;
                producer.send(new ProducerRecord<>("t", i, null, new byte[1])).get();
                assertThat(end(admin, i)).isEqualTo(2);
            }
        }
    }
}
