package barnabas.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.protocol.message.AllocateProducerIdsRequest;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.UpdateFeaturesRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metadata.MetadataRecordType;
import org.apache.kafka.common.record.internal.FileRecords;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Logs and snapshots of clusters at every level of `metadata.version`: read by Kafka, read by us, and with no record
/// in a version that Kafka's nodes of that level do not write.
class LevelsOnDiskTest {
    @TempDir
    Path root;

    private static void live(ClusterMetadata metadata, String topic) throws InterruptedException {
        long epoch = Requests.join(metadata, 1);
        metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(3, topic, "gone"));
        metadata.controller().ask(ControllerApis.DELETE_TOPICS, Requests.delete("gone"));
        metadata.controller()
                .ask(
                        ControllerApis.INCREMENTAL_ALTER_CONFIGS,
                        Requests.set(ConfigResource.Type.TOPIC.code(), topic, "retention.ms", "1000"));
        metadata.controller().ask(ControllerApis.ALTER_CLIENT_QUOTAS, Requests.quota("alice", 1024));
        metadata.controller().ask(BrokerApis.ALLOCATE_PRODUCER_IDS, new AllocateProducerIdsRequest(1, epoch));
        // takes the leaderships away and gives them back
        for (boolean fence : new boolean[] {true, false}) {
            metadata.controller()
                    .ask(
                            BrokerApis.BROKER_HEARTBEAT,
                            BrokerHeartbeatRequest.builder()
                                    .brokerId(1)
                                    .brokerEpoch(epoch)
                                    .currentMetadataOffset(Long.MAX_VALUE)
                                    .wantFence(fence)
                                    .build());
        }
    }

    private static void upgrade(ClusterMetadata metadata, MetadataVersion version) throws InterruptedException {
        var response = metadata.controller()
                .ask(
                        ControllerApis.UPDATE_FEATURES,
                        UpdateFeaturesRequest.builder()
                                .featureUpdates(List.of(UpdateFeaturesRequest.FeatureUpdateKey.builder()
                                        .feature("metadata.version")
                                        .maxVersionLevel(version.level())
                                        .upgradeType((byte) 1)
                                        .build()))
                                .timeoutMs(30_000)
                                .build());
        assertThat(response.errorCode()).as("%s", response.errorMessage()).isZero();
    }

    /// By kind, the highest version of any record in the files.
    private static Map<MetadataRecordType, Integer> versions(List<Path> files) throws IOException {
        var versions = new HashMap<MetadataRecordType, Integer>();
        for (Path path : files) {
            try (FileRecords file = FileRecords.open(path.toFile(), false)) {
                for (var batch : file.batches()) {
                    if (batch.isControlBatch()) continue;
                    for (var each : batch) {
                        var value = each.value();
                        versions.merge(MetadataRecordType.fromId(value.get(1)), (int) value.get(2), Math::max);
                    }
                }
            }
        }
        return versions;
    }

    private static void requireKafkasVersions(List<Path> files, MetadataVersion version) throws IOException {
        var kafkas = org.apache.kafka.server.common.MetadataVersion.fromFeatureLevel(version.level());
        var written = versions(files);
        assertThat(written)
                .containsEntry(MetadataRecordType.REGISTER_BROKER_RECORD, (int) kafkas.registerBrokerRecordVersion())
                .containsEntry(MetadataRecordType.PARTITION_RECORD, (int) kafkas.partitionRecordVersion());
        if (written.containsKey(MetadataRecordType.PARTITION_CHANGE_RECORD)) {
            assertThat(written).containsEntry(MetadataRecordType.PARTITION_CHANGE_RECORD, (int)
                    kafkas.partitionChangeRecordVersion());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLogIsReadByKafkaAndByUs(MetadataVersion version) throws IOException, InterruptedException {
        try (var metadata = new MetadataOnDisk(root).open(version, Long.MAX_VALUE)) {
            live(metadata, "orders");
        }
        requireKafkasVersions(new MetadataOnDisk(root).files(".log"), version);
        assertThat(versions(new MetadataOnDisk(root).files(".log")))
                .containsKey(MetadataRecordType.PARTITION_CHANGE_RECORD);
        KafkaImages.Read read = KafkaImages.segments(new MetadataOnDisk(root).files(".log"));
        try (var metadata = new MetadataOnDisk(root).open(MetadataVersion.LATEST, Long.MAX_VALUE)) {
            assertThat(metadata.current().features().metadataVersion()).isEqualTo(version);
            assertThat(metadata.current().topic("orders")).isPresent();
            KafkaImages.requireEqual(metadata.current(), read.image());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSnapshotIsReadByKafkaAndByUs(MetadataVersion version) throws IOException, InterruptedException {
        try (var metadata = new MetadataOnDisk(root).open(version, Long.MAX_VALUE)) {
            live(metadata, "orders");
        }
        // The first change after a start is followed by a snapshot.
        try (var metadata = new MetadataOnDisk(root).open(version, 1)) {
            Requests.join(metadata, 1);
        }
        List<Path> snapshots = new MetadataOnDisk(root).files(".checkpoint");
        assertThat(snapshots).isNotEmpty();
        String[] newest = snapshots.getLast().getFileName().toString().split("[-.]", 3);
        KafkaImages.Read read = KafkaImages.snapshot(
                root.resolve(LocalMetadataLog.DIRECTORY_NAME), Long.parseLong(newest[0]), Integer.parseInt(newest[1]));
        for (Path segment : new MetadataOnDisk(root).files(".log")) Files.delete(segment);
        // which says that there was more than the snapshot
        Files.delete(root.resolve(LocalMetadataLog.DIRECTORY_NAME).resolve("barnabas-committed-end"));
        try (var metadata = new MetadataOnDisk(root).open(MetadataVersion.LATEST, Long.MAX_VALUE)) {
            assertThat(metadata.current().features().metadataVersion()).isEqualTo(version);
            assertThat(metadata.current().topic("orders")).isPresent();
            KafkaImages.requireEqual(metadata.current(), read.image());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_3_IV3", "V3_6_IV2", "V3_7_IV1", "V4_0_IV0", "V4_2_IV1", "V4_4_IV1"})
    void aClusterGoesOnAfterAnUpgrade(MetadataVersion version) throws IOException, InterruptedException {
        try (var metadata = new MetadataOnDisk(root).open(version, Long.MAX_VALUE)) {
            live(metadata, "before");
            upgrade(metadata, MetadataVersion.LATEST);
            live(metadata, "after");
        }
        requireKafkasVersions(new MetadataOnDisk(root).files(".log"), MetadataVersion.LATEST);
        KafkaImages.Read read = KafkaImages.segments(new MetadataOnDisk(root).files(".log"));
        try (var metadata = new MetadataOnDisk(root).open(version, 1)) {
            assertThat(metadata.current().features().metadataVersion()).isEqualTo(MetadataVersion.LATEST);
            KafkaImages.requireEqual(metadata.current(), read.image());
            live(metadata, "last");
        }
        assertThat(new MetadataOnDisk(root).files(".checkpoint")).isNotEmpty();
        try (var metadata = new MetadataOnDisk(root).open(version, Long.MAX_VALUE)) {
            assertThat(metadata.current().topicsByName()).hasSize(3);
        }
    }
}
