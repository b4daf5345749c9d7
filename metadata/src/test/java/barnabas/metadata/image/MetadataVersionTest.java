package barnabas.metadata.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.metadata.log.MetadataFrames;
import barnabas.protocol.Message;
import barnabas.protocol.UnsupportedFieldException;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.DelegationTokenRecord;
import barnabas.protocol.metadata.PartitionChangeRecord;
import barnabas.protocol.metadata.PartitionRecord;
import barnabas.protocol.metadata.RegisterBrokerRecord;
import barnabas.protocol.metadata.RegisterControllerRecord;
import barnabas.protocol.metadata.UserScramCredentialRecord;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every level against what Kafka 4.4's own table says of it.
class MetadataVersionTest {
    private static org.apache.kafka.server.common.MetadataVersion kafkas(MetadataVersion version) {
        return org.apache.kafka.server.common.MetadataVersion.fromFeatureLevel(version.level());
    }

    /// The third byte of a frame.
    private static short written(Message record, MetadataVersion version) {
        return MetadataFrames.encode(record, version).get(2);
    }

    @ParameterizedTest
    @EnumSource
    void isWhatKafkaCallsIt(MetadataVersion version) {
        var kafkas = kafkas(version);
        assertThat(version.toString()).isEqualTo(kafkas.version());
        assertThat(version.release()).isEqualTo(kafkas.shortVersion());
        assertThat(version.changesMetadata()).isEqualTo(kafkas.didMetadataChange());
        assertThat(MetadataVersion.of(version.level())).isEqualTo(version);
        for (MetadataVersion other : MetadataVersion.values()) {
            assertThat(version.isAtLeast(other)).isEqualTo(kafkas.isAtLeast(kafkas(other)));
            if (!version.isAtLeast(other)) continue;
            assertThat(version.changesMetadataSince(other))
                    .isEqualTo(org.apache.kafka.server.common.MetadataVersion.checkIfMetadataChanged(
                            kafkas, kafkas(other)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void recordsWhatKafkaRecords(MetadataVersion version) {
        var kafkas = kafkas(version);
        assertThat(version.recordsDirectories()).isEqualTo(kafkas.isDirectoryAssignmentSupported());
        assertThat(version.recordsCordonedDirectories()).isEqualTo(kafkas.isCordonedLogDirsSupported());
        assertThat(version.recordsEligibleLeaders()).isEqualTo(kafkas.isElrSupported());
        assertThat(version.recordsControllers()).isEqualTo(kafkas.isControllerRegistrationSupported());
        assertThat(version.recordsScramCredentials()).isEqualTo(kafkas.isScramSupported());
        assertThat(version.recordsDelegationTokens()).isEqualTo(kafkas.isDelegationTokenSupported());
        assertThat(version.bumpsLeaderEpochOnShrink()).isEqualTo(kafkas.isLeaderEpochBumpRequiredOnIsrShrink());
    }

    @ParameterizedTest
    @EnumSource
    void recordsAreWrittenInKafkasVersions(MetadataVersion version) {
        var kafkas = kafkas(version);
        assertThat(written(RegisterBrokerRecord.DEFAULT, version)).isEqualTo(kafkas.registerBrokerRecordVersion());
        assertThat(written(PartitionRecord.DEFAULT, version)).isEqualTo(kafkas.partitionRecordVersion());
        assertThat(written(PartitionChangeRecord.DEFAULT, version)).isEqualTo(kafkas.partitionChangeRecordVersion());
    }

    @Test
    void namesAreTakenAsKafkaTakesThem() {
        for (String name :
                List.of("3.3", "3.3-IV3", "3.5", "3.9", "3.9.0", "3.9-IV0", "4.0", "4.4", "4.4.1", "4.4-IV0")) {
            assertThat(MetadataVersion.named(name).map(MetadataVersion::level))
                    .as(name)
                    .contains(org.apache.kafka.server.common.MetadataVersion.fromVersionString(name, false)
                            .featureLevel());
        }
        for (String name : List.of("", "x", "3", "3.", "3.2", "3.3-IV2", "3.9-IV1", "4.5", "4.5-IV0", "5.0", "3.9 ")) {
            assertThat(MetadataVersion.named(name)).as(name).isEmpty();
            assertThatThrownBy(() -> org.apache.kafka.server.common.MetadataVersion.fromVersionString(name, false))
                    .hasMessageEndingWith("Supported metadata.version are: " + MetadataVersion.names());
        }
    }

    @Test
    void otherLevelsAreUnreadable() {
        for (short level : new short[] {-1, 0, 6, 34, Short.MAX_VALUE}) {
            assertThatThrownBy(() -> MetadataVersion.of(level))
                    .isInstanceOf(UnreadableMetadataException.class)
                    .hasMessage("metadata.version " + level
                            + " is not known, 7 to 33 are: was this written by a newer version?");
        }
    }

    @Test
    void recordsOfLaterVersionsAreNotWritten() {
        var partition =
                PartitionRecord.builder().directories(List.of(new Uuid(1, 2))).build();
        assertThat(written(partition, MetadataVersion.V3_7_IV2)).isEqualTo((short) 1);
        assertThatThrownBy(() -> MetadataFrames.encode(partition, MetadataVersion.V3_7_IV1))
                .isInstanceOf(UnsupportedFieldException.class);
        var nothing = ByteBuffer.allocate(0);
        refused(new UserScramCredentialRecord("u", (byte) 1, nothing, nothing, nothing, 1), MetadataVersion.V3_5_IV1);
        refused(DelegationTokenRecord.DEFAULT, MetadataVersion.V3_6_IV1);
        refused(RegisterControllerRecord.DEFAULT, MetadataVersion.V3_6_IV2);
    }

    private static void refused(Message record, MetadataVersion version) {
        assertThatThrownBy(() -> MetadataFrames.encode(record, version))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not in a log of metadata.version " + version);
        assertThat(MetadataFrames.decode(
                        MetadataFrames.encode(record, MetadataVersion.of((short) (version.level() + 1)))))
                .isEqualTo(record);
    }
}
