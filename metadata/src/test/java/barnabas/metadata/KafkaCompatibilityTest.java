package barnabas.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.access.ScramCredential;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataFrames;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.protocol.Message;
import barnabas.protocol.message.AllocateProducerIdsRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.metadata.MetadataRecordType;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.metadata.MetadataRecordSerde;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kafka reads what we write, and we read what Kafka wrote.
class KafkaCompatibilityTest {
    @TempDir
    Path root;

    private void liveALittle(long snapshotBytes) throws IOException, InterruptedException {
        try (var metadata = new MetadataOnDisk(root).open(MetadataVersion.LATEST, snapshotBytes)) {
            long epoch = Requests.join(metadata, 1);
            metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(3, "orders", "gone", "a.b"));
            metadata.controller().ask(ControllerApis.DELETE_TOPICS, Requests.delete("gone"));
            metadata.controller()
                    .ask(
                            ControllerApis.INCREMENTAL_ALTER_CONFIGS,
                            Requests.set(ConfigResource.Type.TOPIC.code(), "orders", "retention.ms", "1000"));
            metadata.controller().ask(ControllerApis.ALTER_CLIENT_QUOTAS, Requests.quota("alice", 1024));
            metadata.controller().ask(BrokerApis.ALLOCATE_PRODUCER_IDS, new AllocateProducerIdsRequest(1, epoch));
        }
        try (var metadata = new MetadataOnDisk(root).open(MetadataVersion.LATEST, snapshotBytes)) {
            Requests.join(metadata, 1);
            metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(2, "second"));
        }
    }

    @Test
    void kafkaMakesTheSameImageOutOfOurLog() throws IOException, InterruptedException {
        liveALittle(Long.MAX_VALUE);
        KafkaImages.Read read = KafkaImages.segments(new MetadataOnDisk(root).files(".log"));
        assertThat(read.leaders()).extracting(each -> each.leaderId()).containsExactly(1, 1);
        assertThat(read.leaders().getFirst().voters())
                .extracting(each -> each.voterId())
                .containsExactly(1);
        try (var metadata = new MetadataOnDisk(root).open(MetadataVersion.LATEST, Long.MAX_VALUE)) {
            assertThat(metadata.current().topicCount()).isEqualTo(3);
            KafkaImages.requireEqual(metadata.current(), read.image());
        }
    }

    @Test
    void kafkaMakesTheSameImageOutOfOurSnapshot() throws IOException, InterruptedException {
        liveALittle(1);
        assertThat(new MetadataOnDisk(root).files(".checkpoint")).isNotEmpty();
        String[] newest = new MetadataOnDisk(root)
                .files(".checkpoint")
                .getLast()
                .getFileName()
                .toString()
                .split("[-.]", 3);
        long endOffset = Long.parseLong(newest[0]);
        KafkaImages.Read read = KafkaImages.snapshot(
                root.resolve(LocalMetadataLog.DIRECTORY_NAME), endOffset, Integer.parseInt(newest[1]));
        // Our own reading of the very same file, without the log behind it.
        for (Path segment : new MetadataOnDisk(root).files(".log")) Files.delete(segment);
        // which says that there was more than the snapshot
        Files.delete(root.resolve(LocalMetadataLog.DIRECTORY_NAME).resolve("barnabas-committed-end"));
        try (var metadata = new MetadataOnDisk(root).open(MetadataVersion.LATEST, Long.MAX_VALUE)) {
            assertThat(metadata.current().position().offset()).isEqualTo(endOffset - 1);
            assertThat(metadata.current().topicCount()).isPositive();
            KafkaImages.requireEqual(metadata.current(), read.image());
        }
    }

    /// Every kind of record with nothing set that is not set by default: kinds, versions and framing.
    @Test
    void framesOfEveryKindAreTheSameBytes() throws IOException {
        int kinds = 0;
        for (MetadataRecordType type : MetadataRecordType.values()) {
            var original = new ApiMessageAndVersion(type.newMetadataRecord(), type.highestSupportedVersion());
            ByteBuffer theirs = kafkaFrame(original);
            Message decoded = MetadataFrames.decode(theirs);
            assertThat(MetadataFrames.encode(decoded, MetadataVersion.LATEST))
                    .as("%s", type)
                    .isEqualTo(theirs);
            kinds++;
        }
        assertThat(kinds).isEqualTo(27);
    }

    private static ByteBuffer kafkaFrame(ApiMessageAndVersion record) {
        var cache = new ObjectSerializationCache();
        ByteBuffer buffer = ByteBuffer.allocate(MetadataRecordSerde.INSTANCE.recordSize(record, cache));
        MetadataRecordSerde.INSTANCE.write(record, cache, new ByteBufferAccessor(buffer));
        return buffer.flip();
    }

    private void copyKafkasLog() throws Exception {
        Path source = Path.of(getClass().getResource("/kafka-4.4.0").toURI()).resolve("__cluster_metadata-0");
        Path target = Files.createDirectories(root.resolve(LocalMetadataLog.DIRECTORY_NAME));
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.toList()) Files.copy(file, target.resolve(file.getFileName()));
        }
    }

    @Test
    void aLogThatKafkaWroteIsReadAndGoesOn() throws Exception {
        copyKafkasLog();
        ClusterImage fromSnapshot;
        try (var metadata = new MetadataOnDisk(root).open(MetadataVersion.LATEST, Long.MAX_VALUE)) {
            fromSnapshot = metadata.current();
            assertThat(metadata.leadership().epoch()).isEqualTo(3);
        }
        KafkaImages.Read read = KafkaImages.segments(new MetadataOnDisk(root).files(".log"));
        KafkaImages.requireEqual(fromSnapshot, read.image());
        assertThat(fromSnapshot.topicsByName())
                .extracting(topic -> topic.name() + " " + topic.partitionCount())
                .containsExactly("a.b 4", "orders 3", "second 2");
        assertThat(fromSnapshot.configs(ConfigResource.topic("orders"))).containsEntry("retention.ms", "1000");
        assertThat(fromSnapshot.features().level("share.version")).isEqualTo((short) 1);
        assertThat(fromSnapshot.access().scram().keys()).containsExactly(new ScramCredential.Key("alice", (byte) 1));
        assertThat(fromSnapshot.access().acls().size()).isEqualTo(2);
        assertThat(fromSnapshot
                        .quotas()
                        .get(new QuotaEntity(List.of(new QuotaEntity.Part("user", "alice"))))
                        .orElseThrow())
                .containsEntry("producer_byte_rate", 1024.0);

        // The same without the snapshots.
        for (Path snapshot : new MetadataOnDisk(root).files(".checkpoint")) Files.delete(snapshot);
        try (var metadata = new MetadataOnDisk(root).open(MetadataVersion.LATEST, Long.MAX_VALUE)) {
            assertThat(metadata.current()).isEqualTo(fromSnapshot);
            Requests.join(metadata, 1);
            assertThat(metadata.controller()
                            .ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "ours"))
                            .topics()
                            .getFirst()
                            .errorCode())
                    .isZero();
            assertThat(metadata.current().topic("orders").orElseThrow().partitions())
                    .allMatch(PartitionImage::hasLeader);
        }
        KafkaImages.Read continued = KafkaImages.segments(new MetadataOnDisk(root).files(".log"));
        assertThat(continued.image().topics().topicsByName()).containsKeys("orders", "ours");
    }

    @Test
    void everyRecordThatKafkaWroteIsWrittenAgainAsKafkaReadsIt() throws Exception {
        copyKafkasLog();
        var kinds = new HashSet<Class<?>>();
        KafkaImages.segments(new MetadataOnDisk(root).files(".log")).records().forEach(theirs -> {
            short highest = MetadataRecordType.fromId(theirs.apiKey()).highestSupportedVersion();
            ByteBuffer frame = kafkaFrame(new ApiMessageAndVersion(theirs, highest));
            ByteBuffer ours = MetadataFrames.encode(MetadataFrames.decode(frame), MetadataVersion.LATEST);
            assertThat(ours).isEqualTo(frame);
            kinds.add(theirs.getClass());
        });
        assertThat(kinds).hasSizeGreaterThanOrEqualTo(15);
    }
}
