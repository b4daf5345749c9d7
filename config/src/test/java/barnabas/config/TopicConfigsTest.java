package barnabas.config;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.TopicConfig.CleanupPolicy;
import barnabas.config.dynamic.ConfigResource;
import barnabas.config.dynamic.DynamicConfigs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The rules between topic settings (messages recorded from Kafka 4.4.0) and the layers behind each value.
class TopicConfigsTest {
    private static final BrokerConfig BROKER = BrokerConfig.defaults();
    private static final BrokerConfig TIERED = broker(Map.of("remote.log.storage.system.enable", "true"));
    private static final Map<String, String> WAS_TIERED = Map.of("remote.storage.enable", "true");

    private static BrokerConfig broker(Map<String, String> properties) {
        return ((ParseResult.Valid) BrokerConfig.parse(properties)).config();
    }

    private static String problem(Map<String, String> overrides, Map<String, String> existing, BrokerConfig broker) {
        var refused = DynamicConfigs.problem(ConfigResource.topic("t"), existing, overrides, broker);
        return refused == null ? "ok" : refused.message();
    }

    private static String tieredProblem(String... keysAndValues) {
        var overrides = new HashMap<>(WAS_TIERED);
        for (int i = 0; i < keysAndValues.length; i += 2) overrides.put(keysAndValues[i], keysAndValues[i + 1]);
        return problem(overrides, Map.of(), TIERED);
    }

    @Test
    void tieredTopicsNeedTheBrokersTieredStorage() {
        assertThat(problem(WAS_TIERED, Map.of(), BROKER))
                .isEqualTo(
                        "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote "
                                + "log storage.");
        assertThat(tieredProblem()).isEqualTo("ok");
    }

    @Test
    void tieredTopicsAreNotCompacted() {
        assertThat(tieredProblem("cleanup.policy", "compact"))
                .isEqualTo(
                        "Remote log storage only supports topics with cleanup.policy=delete or cleanup.policy being an "
                                + "empty list.");
        assertThat(tieredProblem("cleanup.policy", "")).isEqualTo("ok");
    }

    @Test
    void localRetentionStaysWithinRetention() {
        assertThat(tieredProblem("retention.ms", "100", "local.retention.ms", "200"))
                .isEqualTo("Invalid value 200 for configuration local.retention.ms: Value must not be more than "
                        + "retention.ms property value: 100");
        assertThat(tieredProblem("retention.bytes", "100", "local.retention.bytes", "200"))
                .isEqualTo("Invalid value 200 for configuration local.retention.bytes: Value must not be more than "
                        + "retention.bytes property value: 100");
        assertThat(tieredProblem("retention.ms", "100", "local.retention.ms", "-1"))
                .isEqualTo(
                        "Invalid value -1 for configuration local.retention.ms: Value must not be -1 as retention.ms "
                                + "value is set as 100.");
        assertThat(problem(Map.of("retention.ms", "100", "local.retention.ms", "200"), Map.of(), BROKER))
                .isEqualTo("ok");
    }

    @Test
    void copyLagStaysWithinLocalRetention() {
        assertThat(tieredProblem("remote.copy.lag.ms", "99999999999"))
                .isEqualTo("Invalid value 99999999999 for configuration remote.copy.lag.ms: Value must not exceed "
                        + "local.retention.ms (effective value: 604800000)");
        assertThat(tieredProblem("remote.copy.lag.bytes", "500", "local.retention.bytes", "100"))
                .isEqualTo("Invalid value 500 for configuration remote.copy.lag.bytes: Value must not exceed "
                        + "local.retention.bytes (effective value: 100)");
        assertThat(tieredProblem("remote.copy.lag.bytes", "-1", "local.retention.bytes", "100"))
                .isEqualTo("ok");
    }

    @Test
    void readOnlyTieredTopicsKeepOneRetention() {
        assertThat(tieredProblem("remote.log.copy.disable", "true")).isEqualTo("ok");
        assertThat(tieredProblem("remote.log.copy.disable", "true", "local.retention.ms", "100"))
                .isEqualTo(
                        "When `remote.log.copy.disable` is set to true, the `local.retention.ms` and `retention.ms` must "
                                + "be set to the identical value because there will be no more logs copied to the remote storage.");
    }

    @Test
    void tieringIsSwitchedOffOnlyWithItsData() {
        assertThat(problem(Map.of("remote.storage.enable", "false"), WAS_TIERED, TIERED))
                .startsWith("It is invalid to disable remote storage without deleting remote data.");
        assertThat(problem(Map.of(), WAS_TIERED, TIERED))
                .startsWith("It is invalid to disable remote storage without deleting remote data.");
        assertThat(problem(Map.of("remote.log.delete.on.disable", "true"), WAS_TIERED, TIERED))
                .isEqualTo("ok");
    }

    @Test
    void hoursAndMinutesOfTheBrokerBecomeMilliseconds() {
        assertThat(broker(Map.of("log.retention.hours", "2"))
                        .topics()
                        .defaults()
                        .retention()
                        .millis())
                .isEqualTo(7_200_000);
        assertThat(broker(Map.of("log.retention.hours", "2", "log.retention.minutes", "3"))
                        .topics()
                        .defaults()
                        .retention()
                        .millis())
                .isEqualTo(180_000);
        assertThat(broker(Map.of("log.retention.minutes", "3", "log.retention.ms", "-1"))
                        .topics()
                        .defaults()
                        .retention()
                        .millis())
                .isEqualTo(-1);
        assertThat(broker(Map.of("log.retention.minutes", "-7"))
                        .topics()
                        .defaults()
                        .retention()
                        .millis())
                .isEqualTo(-1);
        TopicConfig.Segments segments = broker(Map.of("log.roll.hours", "1", "log.roll.jitter.hours", "1"))
                .topics()
                .defaults()
                .segments();
        assertThat(segments.millis()).isEqualTo(3_600_000);
        assertThat(segments.jitterMillisMax()).isEqualTo(3_600_000);
    }

    @Test
    void theHighestLayerCounts() {
        BrokerConfig broker = broker(Map.of("log.segment.bytes", "2000000"));
        assertThat(segmentBytes(Map.of(), broker)).isEqualTo(2_000_000);
        broker = broker.withDynamic(Map.of("log.segment.bytes", "3000000"), Map.of());
        assertThat(segmentBytes(Map.of(), broker)).isEqualTo(3_000_000);
        broker = broker.withDynamic(broker.layers().clusterWide(), Map.of("log.segment.bytes", "4000000"));
        assertThat(segmentBytes(Map.of(), broker)).isEqualTo(4_000_000);
        assertThat(segmentBytes(Map.of("segment.bytes", "5000000"), broker)).isEqualTo(5_000_000);
        broker = broker.withDynamic(Map.of(), Map.of());
        assertThat(segmentBytes(Map.of(), broker)).isEqualTo(2_000_000);
    }

    private static int segmentBytes(Map<String, String> overrides, BrokerConfig broker) {
        return TopicConfigs.effective(overrides, broker).segments().bytes();
    }

    @Test
    void everySettingOfATopicHasItsPlace() {
        TopicConfig topic = TopicConfigs.effective(
                Map.ofEntries(
                        Map.entry("cleanup.policy", "compact,delete"),
                        Map.entry("segment.bytes", "1048577"),
                        Map.entry("segment.ms", "1"),
                        Map.entry("segment.jitter.ms", "2"),
                        Map.entry("segment.index.bytes", "5"),
                        Map.entry("index.interval.bytes", "3"),
                        Map.entry("preallocate", "true"),
                        Map.entry("file.delete.delay.ms", "4"),
                        Map.entry("retention.ms", "6"),
                        Map.entry("retention.bytes", "7"),
                        Map.entry("min.cleanable.dirty.ratio", "0.25"),
                        Map.entry("min.compaction.lag.ms", "8"),
                        Map.entry("max.compaction.lag.ms", "9"),
                        Map.entry("delete.retention.ms", "10"),
                        Map.entry("flush.messages", "11"),
                        Map.entry("flush.ms", "12"),
                        Map.entry("max.message.bytes", "13"),
                        Map.entry("max.decompressed.message.bytes", "14"),
                        Map.entry("barnabas.durability", "journal"),
                        Map.entry("barnabas.key.schema.validation", "id"),
                        Map.entry("barnabas.value.schema.validation", "full"),
                        Map.entry("barnabas.value.subject.name.strategy", "topic-record"),
                        Map.entry("message.timestamp.type", "LogAppendTime"),
                        Map.entry("message.timestamp.before.max.ms", "15"),
                        Map.entry("message.timestamp.after.max.ms", "16"),
                        Map.entry("compression.type", "lz4"),
                        Map.entry("compression.gzip.level", "1"),
                        Map.entry("compression.lz4.level", "2"),
                        Map.entry("compression.zstd.level", "-3"),
                        Map.entry("min.insync.replicas", "2"),
                        Map.entry("unclean.leader.election.enable", "true"),
                        Map.entry("leader.replication.throttled.replicas", "0:1,1:2"),
                        Map.entry("follower.replication.throttled.replicas", "*"),
                        Map.entry("remote.storage.enable", "true"),
                        Map.entry("remote.log.copy.disable", "true"),
                        Map.entry("remote.log.delete.on.disable", "true"),
                        Map.entry("local.retention.ms", "17"),
                        Map.entry("local.retention.bytes", "18"),
                        Map.entry("remote.copy.lag.ms", "19"),
                        Map.entry("remote.copy.lag.bytes", "20"),
                        Map.entry("errors.deadletterqueue.group.enable", "true")),
                BROKER);
        assertThat(topic)
                .isEqualTo(new TopicConfig(
                        Set.of(CleanupPolicy.COMPACT, CleanupPolicy.DELETE),
                        new TopicConfig.Segments(1_048_577, 1, 2, 5, 3, true, 4),
                        new TopicConfig.Retention(6, 7),
                        new TopicConfig.Compaction(0.25, 8, 9, 10),
                        new TopicConfig.Flush(11, 12, TopicConfig.Durability.JOURNAL),
                        new TopicConfig.Messages(13, 14, TopicConfig.TimestampType.LOG_APPEND_TIME, 15, 16),
                        new TopicConfig.Compression(TopicConfig.CompressionType.LZ4, 1, 2, -3),
                        new TopicConfig.Replication(2, true, List.of("0:1", "1:2"), List.of("*")),
                        new TopicConfig.RemoteStorage(true, true, true, 17, 18, 19, 20),
                        new TopicConfig.Mirrored("", false, 0),
                        new TopicConfig.SchemaValidation(
                                new TopicConfig.FieldValidation(
                                        TopicConfig.ValidationLevel.ID, TopicConfig.SubjectNames.TOPIC),
                                new TopicConfig.FieldValidation(
                                        TopicConfig.ValidationLevel.FULL, TopicConfig.SubjectNames.TOPIC_RECORD)),
                        true));
    }

    @Test
    void leftoversOfOtherVersionsHaveNoEffect() {
        assertThat(TopicConfigs.effective(Map.of("retention.ms", "soon", "gone.config", "1"), BROKER))
                .isEqualTo(TopicConfig.DEFAULTS);
    }
}
