package barnabas.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.base.FileDisk;
import barnabas.base.Threads;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.controller.Features;
import barnabas.metadata.controller.OfficialRules;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.BootstrapSnapshot;
import barnabas.metadata.log.KnownVoters;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.SeveralVotersException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.DynamicVoters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Directories that Kafka's own formatter made are read, and Kafka reads ours.
class FormattedByKafkaTest {
    private static final String CLUSTER_ID = "AAAAAAAAAAAAAAAAAAAAAB";

    @TempDir
    Path root;

    private static org.apache.kafka.server.common.MetadataVersion kafkas(MetadataVersion version) {
        return org.apache.kafka.server.common.MetadataVersion.fromFeatureLevel(version.level());
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_3_IV3", "V3_9_IV0", "V4_0_IV3", "V4_4_IV2"})
    void directoryFormattedByKafkaIsReadAndUsed(MetadataVersion version) throws Exception {
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                .setClusterId(CLUSTER_ID)
                .setNodeId(1)
                .addDirectory(root.toString())
                .setMetadataLogDirectory(root.toString())
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(kafkas(version))
                .run();
        var records = BootstrapSnapshot.read(root, new FileDisk()).orElseThrow();
        assertThat(records).containsExactlyInAnyOrderElementsOf(Features.levelRecords(Features.at(version)));
        var defaults = ControllerSettings.defaults(1, CLUSTER_ID);
        var settings = new ControllerSettings(
                1, CLUSTER_ID, records, defaults.supportedFeatures(), defaults.topics(), defaults.snapshots(), 30_000);
        for (int start = 0; start < 2; start++) {
            try (var metadata = ClusterMetadata.start(
                    LocalMetadataLog.open(root, 1, new FileDisk(), Clock.SYSTEM, Threads.SYSTEM),
                    settings,
                    new OfficialRules(),
                    Clock.SYSTEM,
                    Threads.SYSTEM,
                    new SplittableRandom(7))) {
                assertThat(metadata.current().features().finalized()).isEqualTo(Features.at(version));
                // the records are in the log, behind the one that says who leads
                assertThat(metadata.current().position().offset()).isPositive();
            }
        }
    }

    @Test
    void aQuorumOfOneIsReadAndOneOfSeveralIsRefused() throws Exception {
        String first = "1@127.0.0.1:9093:" + Uuid.randomUuid();
        format(root, first);
        assertThat(BootstrapSnapshot.read(root, new FileDisk())).isPresent();
        var three = root.resolve("three");
        Files.createDirectories(three);
        format(three, first + ",2@127.0.0.1:9094:" + Uuid.randomUuid() + ",3@127.0.0.1:9095:" + Uuid.randomUuid());
        assertThat(BootstrapSnapshot.read(three, new FileDisk())).isPresent();
        assertThat(KnownVoters.read(three, new FileDisk()).ids()).containsExactlyInAnyOrder(1, 2, 3);
        assertThatThrownBy(() -> ClusterMetadata.start(
                        LocalMetadataLog.open(three, 1, new FileDisk(), Clock.SYSTEM, Threads.SYSTEM),
                        ControllerSettings.defaults(1, CLUSTER_ID),
                        new OfficialRules(),
                        Clock.SYSTEM,
                        Threads.SYSTEM,
                        new SplittableRandom(7)))
                .isInstanceOf(SeveralVotersException.class)
                .hasMessageContaining("1, 2, 3")
                .hasMessageContaining(three.toString());
    }

    /// A snapshot of a quorum's log is not passed over for an older one, or for the log.
    @Test
    void aLaterSnapshotOfSeveralVotersIsRefused() throws Exception {
        String voters = "1@127.0.0.1:9093:" + Uuid.randomUuid() + ",2@127.0.0.1:9094:" + Uuid.randomUuid();
        format(root, voters);
        var directory = root.resolve(LocalMetadataLog.DIRECTORY_NAME);
        Files.move(
                directory.resolve("00000000000000000000-0000000000.checkpoint"),
                directory.resolve("00000000000000000007-0000000001.checkpoint"));
        var log = LocalMetadataLog.open(root, 1, new FileDisk(), Clock.SYSTEM, Threads.SYSTEM);
        var settings = ControllerSettings.defaults(1, CLUSTER_ID);
        assertThatThrownBy(() -> ClusterMetadata.start(
                        log, settings, new OfficialRules(), Clock.SYSTEM, Threads.SYSTEM, new SplittableRandom(7)))
                .hasStackTraceContaining("SeveralVotersException");
    }

    private static void format(Path directory, String voters) throws Exception {
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                .setClusterId(CLUSTER_ID)
                .setNodeId(1)
                .addDirectory(directory.toString())
                .setMetadataLogDirectory(directory.toString())
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(kafkas(MetadataVersion.V4_4_IV2))
                .setHasDynamicQuorum(true)
                .setInitialControllers(DynamicVoters.parse(voters))
                .run();
    }

    @ParameterizedTest
    @EnumSource
    void formattedDirectoryIsReadByKafka(MetadataVersion version) throws Exception {
        BootstrapSnapshot.write(root, new FileDisk(), 1, version, Features.levelRecords(Features.at(version)));
        var read = BootstrapMetadata.fromCheckpointFile(
                root.resolve(LocalMetadataLog.DIRECTORY_NAME).resolve("00000000000000000000-0000000000.checkpoint"));
        assertThat(read.metadataVersion()).isEqualTo(kafkas(version));
        assertThat(read.records()).hasSize(Features.at(version).size());
        Features.at(version)
                .forEach((name, level) -> assertThat(read.featureLevel(name)).isEqualTo(level));
    }
}
