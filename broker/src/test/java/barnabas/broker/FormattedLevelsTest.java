package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.base.FileDisk;
import barnabas.base.Threads;
import barnabas.metadata.controller.Features;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.BootstrapSnapshot;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.QuorumLeader;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.BrokerRegistrationChangeRecord;
import barnabas.protocol.metadata.FeatureLevelRecord;
import barnabas.protocol.metadata.RegisterBrokerRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A broker on a directory that was formatted for an older release, and on its way to the latest.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FormattedLevelsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path data;

    private void format(MetadataVersion version) throws IOException {
        BootstrapSnapshot.write(data, new FileDisk(), 1, version, Features.levelRecords(Features.at(version)));
    }

    private Barnabas start() throws StartFailure {
        return Barnabas.start(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "log.dirs", data.toString(),
                "group.initial.rebalance.delay.ms", "0",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.num.partitions", "1"));
    }

    private static Admin admin(Barnabas broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private static Map<String, Short> finalized(Barnabas broker) throws Exception {
        try (Admin admin = admin(broker)) {
            var levels = new HashMap<String, Short>();
            admin.describeFeatures()
                    .featureMetadata()
                    .get()
                    .finalizedFeatures()
                    .forEach((name, range) -> levels.put(name, range.maxVersionLevel()));
            return levels;
        }
    }

    private static void upgrade(Barnabas broker, Map<String, Integer> levels) throws Exception {
        var updates = new HashMap<String, FeatureUpdate>();
        levels.forEach((name, level) ->
                updates.put(name, new FeatureUpdate(level.shortValue(), FeatureUpdate.UpgradeType.UPGRADE)));
        try (Admin admin = admin(broker)) {
            admin.updateFeatures(updates, new UpdateFeaturesOptions()).all().get();
        }
    }

    private static void produce(Barnabas broker, String value) throws Exception {
        Map<String, Object> config =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "writer");
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("orders", value)).get();
            producer.commitTransaction();
        }
    }

    private static List<String> consume(Barnabas broker, String protocol, int count) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "group.id",
                "readers of " + count,
                "group.protocol",
                protocol,
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest");
        var values = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("orders"));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (values.size() < count && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(each -> values.add(each.value()));
            }
        }
        return values;
    }

    /// In the metadata log of a broker that has stopped.
    private <R> List<R> recorded(Class<R> kind) throws IOException {
        var found = new ArrayList<R>();
        try (var log = LocalMetadataLog.open(data, 1, new FileDisk(), Clock.SYSTEM, Threads.SYSTEM)) {
            log.start(new MetadataLog.Listener() {
                @Override
                public void dropped(IOException shortage, Runnable goOn) {}

                @Override
                public void snapshotLoaded(MetadataLog.Snapshot snapshot) {}

                @Override
                public void committed(MetadataLog.CommittedBatch batch) {
                    for (var each : batch.records()) if (kind.isInstance(each)) found.add(kind.cast(each));
                }

                @Override
                public void leaderChanged(QuorumLeader leadership) {}

                @Override
                public void failed(Throwable cause) {}
            });
        }
        return found;
    }

    private List<RegisterBrokerRecord> registrations() throws IOException {
        return recorded(RegisterBrokerRecord.class);
    }

    @Test
    void theOldestClusterWorksAndIsUpgraded() throws Exception {
        format(MetadataVersion.V3_3_IV3);
        try (var broker = start()) {
            assertThat(finalized(broker)).isEqualTo(Map.of("metadata.version", (short) 7));
            try (Admin admin = admin(broker)) {
                admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1)))
                        .all()
                        .get();
                var password = new UserScramCredentialUpsertion(
                        "u", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), "p");
                assertThatThrownBy(() -> admin.alterUserScramCredentials(List.of(password))
                                .all()
                                .get())
                        .rootCause()
                        .hasMessage("The current metadata.version does not support SCRAM");
            }
            produce(broker, "a");
            assertThat(consume(broker, "classic", 1)).containsExactly("a");
            assertThatThrownBy(() -> consume(broker, "consumer", 1)).isInstanceOf(UnsupportedVersionException.class);
        }
        assertThat(registrations()).isNotEmpty().allMatch(each -> each.logDirs().isEmpty());
        try (var broker = start()) {
            assertThat(finalized(broker)).isEqualTo(Map.of("metadata.version", (short) 7));
            produce(broker, "b");
            upgrade(
                    broker,
                    Map.of(
                            "metadata.version", 33,
                            "group.version", 1,
                            "transaction.version", 2,
                            "eligible.leader.replicas.version", 1));
            produce(broker, "c");
            assertThat(consume(broker, "consumer", 3)).containsExactly("a", "b", "c");
        }
        try (var broker = start()) {
            assertThat(finalized(broker))
                    .isEqualTo(Map.of(
                            "metadata.version", (short) 33,
                            "group.version", (short) 1,
                            "transaction.version", (short) 2,
                            "eligible.leader.replicas.version", (short) 1));
            produce(broker, "d");
            assertThat(consume(broker, "consumer", 4)).containsExactly("a", "b", "c", "d");
        }
    }

    @Test
    void directoriesAreRecordedOnceTheyCanBe() throws Exception {
        format(MetadataVersion.V3_7_IV1);
        try (var broker = start()) {
            upgrade(broker, Map.of("metadata.version", 17));
            // The broker registers again on its own; a topic is placed where it says it is.
            awaitRecorded(data, 1);
        }
        assertThat(registrations()).hasSize(2);
        assertThat(registrations().getFirst().logDirs()).isEmpty();
        assertThat(registrations().getLast().logDirs()).hasSize(1);
        assertThat(registrations().getLast().incarnationId())
                .isEqualTo(registrations().getFirst().incarnationId());
    }

    @Test
    void cordonedDirectoriesAreRecordedOnceTheyCanBe(@TempDir Path cordoned) throws Exception {
        format(MetadataVersion.V4_2_IV1);
        try (var broker = Barnabas.start(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data + "," + cordoned,
                "metadata.log.dir",
                data.toString(),
                "cordoned.log.dirs",
                cordoned.toString()))) {
            upgrade(broker, Map.of("metadata.version", 30));
            // once with the registration, and again when it can be said that it is cordoned
            awaitRecorded(cordoned, 2);
        }
        assertThat(recorded(BrokerRegistrationChangeRecord.class))
                .filteredOn(each -> each.cordonedLogDirs() != null)
                .singleElement()
                .satisfies(each -> assertThat(each.cordonedLogDirs()).containsExactly(idOf(cordoned)));
    }

    private static Uuid idOf(Path directory) throws IOException {
        var meta = new Properties();
        try (var reader = Files.newBufferedReader(directory.resolve("meta.properties"))) {
            meta.load(reader);
        }
        return Uuid.parse(meta.getProperty("directory.id"));
    }

    /// Waits until the log names the directory so many times. Its id is nowhere in the log but where it is named.
    private void awaitRecorded(Path directory, int times) throws IOException {
        Uuid id = idOf(directory);
        var bytes = ByteBuffer.allocate(16).putLong(id.mostSignificantBits()).putLong(id.leastSignificantBits());
        var wanted = Pattern.compile(new String(bytes.array(), StandardCharsets.ISO_8859_1), Pattern.LITERAL);
        Path log = data.resolve(LocalMetadataLog.DIRECTORY_NAME).resolve("00000000000000000000.log");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (wanted.matcher(Files.readString(log, StandardCharsets.ISO_8859_1))
                        .results()
                        .count()
                < times) {
            assertThat(System.nanoTime())
                    .as("the controller was not told of the directory")
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void unsupportedLevelsStopTheStart() throws Exception {
        BootstrapSnapshot.write(
                data,
                new FileDisk(),
                1,
                MetadataVersion.LATEST,
                List.of(
                        new FeatureLevelRecord("metadata.version", (short) 34),
                        new FeatureLevelRecord("group.version", (short) 9)));
        assertThatThrownBy(this::start)
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("was formatted with metadata.version=34, which this version does not support")
                .hasMessageContaining("group.version=9");
        Path file = data.resolve(LocalMetadataLog.DIRECTORY_NAME).resolve("00000000000000000000-0000000000.checkpoint");
        Files.write(file, new byte[] {1, 2, 3});
        assertThatThrownBy(this::start)
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("was formatted with cannot be read");
    }
}
