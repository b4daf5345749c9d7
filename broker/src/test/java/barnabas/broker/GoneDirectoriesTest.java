package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Directories of `log.dirs` that are gone, empty, of another node or in the hands of another process: nothing
/// acknowledged is served as an empty partition, and nothing is written beside another process.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GoneDirectoriesTest {
    private static final int PARTITIONS = 4;

    @TempDir
    Path data;

    private Barnabas broker(String metadata, String... directories) throws StartFailure {
        var paths = new ArrayList<String>();
        for (String each : directories) paths.add(data.resolve(each).toString());
        return Barnabas.start(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                String.join(",", paths),
                "metadata.log.dir",
                data.resolve(metadata).toString()));
    }

    private static void createWithRecords(Barnabas broker) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("t", PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        for (int i = 0; i < PARTITIONS; i++) produce(broker, i);
    }

    private static void produce(Barnabas broker, int partition) throws Exception {
        var settings = Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("t", partition, null, "v".getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    private static long end(Barnabas broker, int partition, int timeoutMillis) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var name = new TopicPartition("t", partition);
            return admin.listOffsets(
                            Map.of(name, OffsetSpec.latest()), new ListOffsetsOptions().timeoutMs(timeoutMillis))
                    .partitionResult(name)
                    .get()
                    .offset();
        }
    }

    private TreeSet<Integer> partitionsIn(String directory) throws IOException {
        var found = new TreeSet<Integer>();
        try (var entries = Files.list(data.resolve(directory))) {
            entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> name.matches("t-\\d+"))
                    .forEach(name -> found.add(Integer.parseInt(name.substring(2))));
        }
        return found;
    }

    private static void deleteTree(Path directory) throws IOException {
        try (var entries = Files.walk(directory)) {
            for (Path each : entries.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
        }
    }

    private void assertServesAllBut(TreeSet<Integer> gone, Barnabas broker) throws Exception {
        for (int i = 0; i < PARTITIONS; i++) {
            int partition = i;
            if (gone.contains(i))
                // an empty partition would answer at once
                assertThatThrownBy(() -> end(broker, partition, 3_000)).isInstanceOf(ExecutionException.class);
            else assertThat(end(broker, i, 60_000)).isOne();
        }
    }

    @Test
    void partitionsOfADirectoryThatIsGoneAreOfflineUntilItIsBack() throws Exception {
        try (var broker = broker("a", "a", "b")) {
            createWithRecords(broker);
        }
        var gone = partitionsIn("b");
        assertThat(gone).hasSize(PARTITIONS / 2);
        Files.move(data.resolve("b"), data.resolve("unmounted"));
        // the empty mount point is taken into use, and so it is at the next start
        for (int start = 0; start < 2; start++) {
            try (var broker = broker("a", "a", "b")) {
                assertServesAllBut(gone, broker);
            }
        }
        deleteTree(data.resolve("b"));
        Files.move(data.resolve("unmounted"), data.resolve("b"));
        try (var broker = broker("a", "a", "b")) {
            assertServesAllBut(new TreeSet<>(), broker);
        }
    }

    @Test
    void partitionsOfADirectoryThatIsNotNamedAnyMoreAreOffline() throws Exception {
        try (var broker = broker("a", "a", "b")) {
            createWithRecords(broker);
        }
        var gone = partitionsIn("b");
        try (var broker = broker("a", "a")) {
            assertServesAllBut(gone, broker);
            try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.deleteTopics(List.of("t")).all().get();
            }
        }
        try (var broker = broker("a", "a")) {
            createWithRecords(broker);
            assertServesAllBut(new TreeSet<>(), broker);
        }
    }

    /// A file stands for a disk that cannot be used: as root there is no directory without rights.
    private void makeUnusable(String directory) throws IOException {
        Files.move(data.resolve(directory), data.resolve("away"));
        Files.createFile(data.resolve(directory));
    }

    @Test
    void aDirectoryThatCannotBeUsedStopsOnlyItsPartitions() throws Exception {
        try (var broker = broker("a", "a", "b")) {
            createWithRecords(broker);
        }
        var gone = partitionsIn("b");
        makeUnusable("b");
        for (int start = 0; start < 2; start++) {
            try (var broker = broker("a", "a", "b")) {
                assertServesAllBut(gone, broker);
                assertThat(directoryErrors(broker))
                        .containsOnly(entry(data.resolve("a").toString(), false), entry("" + data.resolve("b"), true));
                try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                    admin.createTopics(List.of(new NewTopic("new" + start, 2, (short) 1)))
                            .all()
                            .get();
                }
            }
        }
        Files.delete(data.resolve("b"));
        Files.move(data.resolve("away"), data.resolve("b"));
        try (var broker = broker("a", "a", "b")) {
            assertServesAllBut(new TreeSet<>(), broker);
            assertThat(directoryErrors(broker)).doesNotContainValue(true);
        }
    }

    /// The controller does not name the directory any more as one of this broker.
    @Test
    void partitionsOfADirectoryThatWasUnusableAndWentAreOffline() throws Exception {
        try (var broker = broker("a", "a", "b")) {
            createWithRecords(broker);
        }
        var gone = partitionsIn("b");
        makeUnusable("b");
        broker("a", "a", "b").close();
        Files.delete(data.resolve("b"));
        try (var broker = broker("a", "a")) {
            assertServesAllBut(gone, broker);
        }
        try (var broker = broker("a", "a", "b")) {
            assertServesAllBut(gone, broker);
        }
        deleteTree(data.resolve("b"));
        Files.move(data.resolve("away"), data.resolve("b"));
        try (var broker = broker("a", "a", "b")) {
            assertServesAllBut(new TreeSet<>(), broker);
        }
    }

    @Test
    void aStartWithoutTheMetadataOrAnyDirectoryOrTheClustersIdIsRefused() throws Exception {
        Files.createFile(data.resolve("b"));
        assertThatThrownBy(() -> broker("a", "a", "b"))
                .as("another node may have been here")
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("b is a file");
        Files.delete(data.resolve("b"));
        broker("a", "a", "b").close();
        makeUnusable("b");
        assertThatThrownBy(() -> broker("a", "b"))
                .as("the only one")
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("b is a file");
        Files.move(data.resolve("a"), data.resolve("away-too"));
        Files.createFile(data.resolve("a"));
        Files.delete(data.resolve("b"));
        Files.move(data.resolve("away"), data.resolve("b"));
        assertThatThrownBy(() -> broker("a", "a", "b"))
                .as("that of the metadata log")
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("a is a file");
    }

    private static Map<String, Boolean> directoryErrors(Barnabas broker) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var errors = new HashMap<String, Boolean>();
            admin.describeLogDirs(List.of(broker.nodeId()))
                    .allDescriptions()
                    .get()
                    .get(broker.nodeId())
                    .forEach((path, described) -> errors.put(path, described.error() != null));
            return errors;
        }
    }

    @Test
    void aNewDirectoryBesideOthersTakesPartitions() throws Exception {
        try (var broker = broker("a", "a")) {
            createWithRecords(broker);
        }
        try (var broker = broker("a", "a", "b")) {
            assertServesAllBut(new TreeSet<>(), broker);
        }
    }

    @Test
    void aPartitionInTwoDirectoriesStopsTheStart() throws Exception {
        try (var broker = broker("a", "a", "b")) {
            createWithRecords(broker);
        }
        int doubled = partitionsIn("b").first();
        Path copy = data.resolve("a").resolve("t-" + doubled);
        Files.createDirectory(copy);
        try (var files = Files.list(data.resolve("b").resolve("t-" + doubled))) {
            for (Path each : files.toList()) Files.copy(each, copy.resolve(each.getFileName()));
        }
        assertThatThrownBy(() -> broker("a", "a", "b"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("t-" + doubled + " lies in ")
                .hasMessageContaining("move one of them away");
        deleteTree(copy);
        try (var broker = broker("a", "a", "b")) {
            assertServesAllBut(new TreeSet<>(), broker);
        }
    }

    @Test
    void aMetadataLogOfItsOwnDirectoryIsLocked() throws Exception {
        try (var broker = broker("m", "a")) {
            createWithRecords(broker);
            assertThatThrownBy(() -> broker("m", "b"))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining(data.resolve("m") + " is in use by another process");
        }
        try (var broker = broker("m", "a")) {
            assertServesAllBut(new TreeSet<>(), broker);
        }
    }

    @Test
    void aMetadataLogOfAnotherClusterIsRefused() throws Exception {
        broker("m", "a").close();
        broker("n", "b").close();
        assertThatThrownBy(() -> broker("n", "a"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("the directory " + data.resolve("n") + " belongs to cluster ");
    }
}
