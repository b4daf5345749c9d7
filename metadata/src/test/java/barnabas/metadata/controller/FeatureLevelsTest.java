package barnabas.metadata.controller;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.QuorumLevel;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.server.common.Feature;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Levels of features: what Kafka 4.4.0's controller answered to the same updates, and what its classes say.
class FeatureLevelsTest {
    private static final String FAILED =
            "| INVALID_UPDATE_VERSION The update failed for all features since the following feature had an error: ";

    private static void check(ControllerScript script, String transcript) {
        String expected = transcript.replace("| FAILED ", FAILED);
        assertThat(script.run(expected)).isEqualTo(expected);
    }

    private static org.apache.kafka.server.common.MetadataVersion kafkas(MetadataVersion version) {
        return org.apache.kafka.server.common.MetadataVersion.fromFeatureLevel(version.level());
    }

    @ParameterizedTest
    @EnumSource
    void aClusterBeginsWithTheFeaturesOfItsRelease(MetadataVersion version) {
        var expected = new HashMap<String, Short>();
        expected.put("metadata.version", version.level());
        for (Feature each : Feature.PRODUCTION_FEATURES) {
            short level = each.defaultLevel(kafkas(version));
            if (level > 0 && each != Feature.KRAFT_VERSION) expected.put(each.featureName(), level);
        }
        assertThat(Features.at(version)).isEqualTo(expected);
    }

    @Test
    void levelsDependOnEachOtherAsInKafka() {
        for (Feature feature : Feature.PRODUCTION_FEATURES) {
            for (short level = 0; level <= feature.latestProduction(); level++) {
                Map<String, Short> needed =
                        feature.fromFeatureLevel(level, true).dependencies();
                assertThat(needed.keySet()).isSubsetOf("metadata.version");
                assertThat(Features.needs(feature.featureName(), level).level())
                        .isEqualTo(needed.getOrDefault("metadata.version", (short) 7));
            }
        }
    }

    /// Level of a quorum that refuses to go down.
    private static final class RisingLevel implements QuorumLevel {
        private short level;

        @Override
        public short quorumLevel() {
            return level;
        }

        @Override
        public @Nullable String raiseQuorumLevel(int epoch, short wanted, boolean dryRun) {
            if (wanted < level) return "It does not go down.";
            if (!dryRun) level = wanted;
            return null;
        }
    }

    @Test
    void theLevelOfTheQuorumIsChangedByTheQuorumWhenAllOfARequestIsRight() {
        var quorum = new RisingLevel();
        var script = new ControllerScript(ControllerSettings.defaults(1, "cluster"), quorum);
        check(script, """
                feature validate kraft.version 1 upgrade
                | NONE
                feature kraft.version 2 upgrade
                | FAILED Invalid update version 2 for feature kraft.version. Local controller 1 only supports versions 0-1
                """);
        assertThat(quorum.level).isZero();
        int batches = script.log.size();
        check(script, """
                feature kraft.version 1 upgrade
                | NONE
                feature kraft.version 0 unsafe
                | FAILED Invalid update version 0 for feature kraft.version. It does not go down.
                """);
        assertThat(quorum.level).isOne();
        assertThat(script.log).hasSize(batches);
    }

    @Test
    void theMetadataVersionGoesUpStepByStepOrAtOnce() {
        check(new ControllerScript(MetadataVersion.V3_3_IV3), """
                features
                | {metadata.version=7}
                feature metadata.version 8 upgrade
                | NONE
                feature validate metadata.version 9 upgrade
                | NONE
                features
                | {metadata.version=8}
                feature metadata.version 33 upgrade
                | NONE
                features
                | {metadata.version=33}
                feature metadata.version 34 upgrade
                | FAILED Invalid update version 34 for feature metadata.version. Local controller 1 only supports versions 7-33
                """);
        var script = new ControllerScript(MetadataVersion.OLDEST);
        for (int level = 8; level <= 33; level++) {
            check(script, "feature metadata.version " + level + " upgrade\n| NONE\n");
        }
    }

    @Test
    void theMetadataVersionGoesDownWhereNothingIsLost() {
        check(new ControllerScript(MetadataVersion.V3_3_IV3), """
                feature metadata.version 8 upgrade
                | NONE
                feature metadata.version 7 upgrade
                | FAILED Invalid update version 7 for feature metadata.version. Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.
                feature metadata.version 7 safe
                | FAILED Unsupported metadata.version downgrade from 8 to 7. Refusing to perform the requested downgrade because it might delete metadata information.
                feature metadata.version 7 unsafe
                | FAILED Unsupported metadata.version downgrade from 8 to 7. Unsafe metadata downgrade is not supported in this version.
                feature metadata.version 6 upgrade
                | FAILED Invalid update version 6 for feature metadata.version. Local controller 1 only supports versions 7-33
                feature metadata.version 0 unsafe
                | FAILED Invalid update version 0 for feature metadata.version. Local controller 1 only supports versions 7-33
                feature metadata.version 11 safe
                | FAILED Invalid update version 11 for feature metadata.version. Can't downgrade to a newer version.
                feature metadata.version 10 upgrade
                | NONE
                feature metadata.version 9 safe
                | NONE
                feature metadata.version 8 unsafe
                | NONE
                features
                | {metadata.version=8}
                """);
    }

    @Test
    void eligibleLeadersNeedTheirRecords() {
        check(new ControllerScript(MetadataVersion.V4_0_IV0), """
                feature eligible.leader.replicas.version 1 upgrade
                | FAILED Invalid update version 1 for feature eligible.leader.replicas.version. eligible.leader.replicas.version could not be set to 1 because it depends on metadata.version level 23
                feature eligible.leader.replicas.version 1 safe
                | FAILED Invalid update version 1 for feature eligible.leader.replicas.version. Can't downgrade to a newer version.
                feature eligible.leader.replicas.version 1 upgrade metadata.version 23 upgrade
                | NONE
                features
                | {eligible.leader.replicas.version=1, group.version=1, metadata.version=23}
                feature metadata.version 22 safe
                | FAILED Unsupported metadata.version downgrade from 23 to 22. Refusing to perform the requested downgrade because it might delete metadata information.
                feature nope 0 safe
                | FAILED Invalid update version 0 for feature nope. Feature nope not found.
                """);
    }

    @Test
    void otherFeaturesNeedNoMetadataVersion() {
        check(new ControllerScript(MetadataVersion.V3_3_IV3), """
                feature group.version 1 upgrade
                | NONE
                feature transaction.version 2 upgrade
                | NONE
                feature share.version 2 upgrade
                | NONE
                feature streams.version 1 upgrade
                | NONE
                """);
    }

    @Test
    void directoriesAreRecordedSinceTheVersionThatHasThem() {
        check(new ControllerScript(MetadataVersion.V3_7_IV1), """
                register 1
                | NONE
                unfence 1
                | NONE
                create early 1 1
                | early: NONE, 1 partitions, replication factor 1
                broker 1
                | directories [] cordoned []
                feature metadata.version 17 upgrade
                | NONE
                register 1 again
                | NONE
                broker 1
                | directories [AAAAAAAAAGUAAAAAAAAAAQ] cordoned []
                create late 1 1
                | late: NONE, 1 partitions, replication factor 1
                directories early
                | [AAAAAAAAAAAAAAAAAAAAAA]
                directories late
                | [AAAAAAAAAGUAAAAAAAAAAQ]
                """);
    }

    @Test
    void aBrokerThatShutsDownAndRegistersAgainStillShutsDown() {
        check(new ControllerScript(), """
                register 1
                | NONE
                unfence 1
                | NONE
                shutdown 1
                | NONE, fenced, shut down
                register 1 again
                | NONE
                broker 1
                | directories [AAAAAAAAAGUAAAAAAAAAAQ] cordoned [] shutting down
                """);
    }

    @Test
    void directoriesAreCordonedSinceTheVersionThatRecordsIt() {
        check(new ControllerScript(MetadataVersion.V4_2_IV1), """
                set broker/1 cordoned.log.dirs=/d
                | INVALID_CONFIG The cordoned.log.dirs configuration value cannot be set because it requires metadata.version >= 4.3-IV0
                register 1
                | NONE
                cordon 1
                | NONE
                broker 1
                | directories [AAAAAAAAAGUAAAAAAAAAAQ] cordoned []
                feature metadata.version 30 upgrade
                | NONE
                cordon 1
                | NONE
                broker 1
                | directories [AAAAAAAAAGUAAAAAAAAAAQ] cordoned [AAAAAAAAAGUAAAAAAAAAAQ]
                """);
    }

    @Test
    void aSmallerIsrBeginsALeaderEpochOnlyWhereBrokersNeedIt() {
        String life = """
                register 1
                | NONE
                register 2
                | NONE
                unfence 1
                | NONE
                unfence 2
                | NONE
                create t assigned 1,2
                | t: NONE, 1 partitions, replication factor 2
                fence 2
                | NONE, fenced
                show t
                """;
        check(new ControllerScript(MetadataVersion.V3_5_IV2), life + "| 0: replicas [1, 2] isr [1] leader 1 epoch 1\n");
        check(new ControllerScript(MetadataVersion.V3_6_IV0), life + "| 0: replicas [1, 2] isr [1] leader 1 epoch 0\n");
    }
}
