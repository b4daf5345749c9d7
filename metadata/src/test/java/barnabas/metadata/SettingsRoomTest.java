package barnabas.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.controller.OfficialRules;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.AlterUserScramCredentialsRequest;
import barnabas.protocol.message.CreateAclsRequest;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Configurations, quotas, credentials and ACLs stop where memory does, and make room when they are removed.
class SettingsRoomTest {
    private static final long BYTES_MAX = 20_000;
    private static final byte GROUP = ConfigResource.Type.GROUP.code();

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final SimulatedDisk disk = new SimulatedDisk(1, clock);

    private ClusterMetadata start() throws IOException, InterruptedException {
        var defaults = ControllerSettings.defaults(1, "cluster");
        var settings = new ControllerSettings(
                1,
                "cluster",
                defaults.bootstrap(),
                defaults.supportedFeatures(),
                new ControllerSettings.Topics(1, (short) 1, 1000, BYTES_MAX),
                defaults.snapshots(),
                30_000);
        var log = LocalMetadataLog.open(Path.of("/data"), 1, disk, clock, Threads.SYSTEM);
        return ClusterMetadata.start(
                log, settings, new OfficialRules(), clock, Threads.SYSTEM, new SplittableRandom(1));
    }

    /// One way to make a setting.
    private interface Maker {
        short make(ClusterMetadata metadata, int number) throws InterruptedException;
    }

    private static int madeUntilRefused(ClusterMetadata metadata, Maker maker) throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            short error = maker.make(metadata, i);
            if (error == 0) continue;
            assertThat(ErrorCode.of(error)).isEqualTo(ErrorCode.POLICY_VIOLATION);
            return i;
        }
        throw new AssertionError("never refused");
    }

    private static short setGroup(ClusterMetadata metadata, int number) throws InterruptedException {
        var answer = metadata.controller()
                .ask(
                        ControllerApis.INCREMENTAL_ALTER_CONFIGS,
                        Requests.set(GROUP, "g" + number, "consumer.session.timeout.ms", "45000"));
        return answer.responses().getFirst().errorCode();
    }

    private static short unsetGroup(ClusterMetadata metadata, int number) throws InterruptedException {
        var request = new IncrementalAlterConfigsRequest(
                List.of(new IncrementalAlterConfigsRequest.AlterConfigsResource(
                        GROUP,
                        "g" + number,
                        List.of(new IncrementalAlterConfigsRequest.AlterableConfig(
                                "consumer.session.timeout.ms", (byte) 1, null)))),
                false);
        return metadata.controller()
                .ask(ControllerApis.INCREMENTAL_ALTER_CONFIGS, request)
                .responses()
                .getFirst()
                .errorCode();
    }

    private static short quota(ClusterMetadata metadata, int number) throws InterruptedException {
        AlterClientQuotasRequest request = Requests.quota("user" + number, 1_000);
        return metadata.controller()
                .ask(ControllerApis.ALTER_CLIENT_QUOTAS, request)
                .entries()
                .getFirst()
                .errorCode();
    }

    private static short credential(ClusterMetadata metadata, int number) throws InterruptedException {
        var upsertion = new AlterUserScramCredentialsRequest.ScramCredentialUpsertion(
                "user" + number, (byte) 1, 4096, ByteBuffer.allocate(32), ByteBuffer.allocate(32));
        return metadata.controller()
                .ask(
                        ControllerApis.ALTER_USER_SCRAM_CREDENTIALS,
                        new AlterUserScramCredentialsRequest(List.of(), List.of(upsertion)))
                .results()
                .getFirst()
                .errorCode();
    }

    private static short acl(ClusterMetadata metadata, int number) throws InterruptedException {
        var creation = new CreateAclsRequest.AclCreation(
                (byte) 2, "topic" + number, (byte) 3, "User:a", "*", (byte) 3, (byte) 3);
        return metadata.controller()
                .ask(ControllerApis.CREATE_ACLS, new CreateAclsRequest(List.of(creation)))
                .results()
                .getFirst()
                .errorCode();
    }

    private static short topicWithConfig(ClusterMetadata metadata, int number) throws InterruptedException {
        var topic = new CreateTopicsRequest.CreatableTopic(
                "t" + number,
                1,
                (short) 1,
                List.of(),
                List.of(new CreateTopicsRequest.CreatableTopicConfig("retention.ms", "1000")));
        return metadata.controller()
                .ask(
                        ControllerApis.CREATE_TOPICS,
                        CreateTopicsRequest.builder()
                                .topics(List.of(topic))
                                .timeoutMs(30_000)
                                .build())
                .topics()
                .getFirst()
                .errorCode();
    }

    @Test
    void eachKindStopsWhereMemoryDoes() throws Exception {
        List<Maker> makers = List.of(
                SettingsRoomTest::setGroup,
                SettingsRoomTest::quota,
                SettingsRoomTest::credential,
                SettingsRoomTest::acl,
                SettingsRoomTest::topicWithConfig);
        for (int i = 0; i < makers.size(); i++) {
            var each = new SettingsRoomTest();
            try (var metadata = each.start()) {
                Requests.join(metadata, 1);
                assertThat(madeUntilRefused(metadata, makers.get(i)))
                        .as("kind %d", i)
                        .isBetween(10, 60);
                assertThat(metadata.current().settingsBytes()).isBetween(BYTES_MAX - 700, BYTES_MAX);
            }
        }
    }

    @Test
    void removedSettingsMakeRoomAlsoAfterARestart() throws Exception {
        int made;
        long atFirst;
        ClusterImage before;
        try (var metadata = start()) {
            Requests.join(metadata, 1);
            atFirst = metadata.current().settingsBytes();
            made = madeUntilRefused(metadata, SettingsRoomTest::setGroup);
            assertThat(ErrorCode.of(quota(metadata, 0)))
                    .as("all kinds share the memory")
                    .isEqualTo(ErrorCode.POLICY_VIOLATION);
            assertThat(ErrorCode.of(metadata.controller()
                            .ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "plain"))
                            .topics()
                            .getFirst()
                            .errorCode()))
                    .isEqualTo(ErrorCode.NONE);
            before = metadata.current();
        }
        try (var metadata = start()) {
            assertThat(metadata.current().settingsBytes()).isEqualTo(before.settingsBytes());
            assertThat(setGroup(metadata, made)).isNotZero();
            assertThat(unsetGroup(metadata, 0)).isZero();
            assertThat(setGroup(metadata, made)).isZero();
            for (int i = 1; i <= made; i++) assertThat(unsetGroup(metadata, i)).isZero();
            assertThat(metadata.current().settingsBytes()).isEqualTo(atFirst);
        }
    }

    @Test
    void aTopicTakesItsSettingsWithIt() throws Exception {
        try (var metadata = start()) {
            Requests.join(metadata, 1);
            int made = madeUntilRefused(metadata, SettingsRoomTest::topicWithConfig);
            metadata.controller().ask(ControllerApis.DELETE_TOPICS, Requests.delete("t0"));
            assertThat(topicWithConfig(metadata, made)).isZero();
            assertThat(topicWithConfig(metadata, made + 1)).isNotZero();
        }
    }
}
