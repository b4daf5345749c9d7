package barnabas.config;

import barnabas.config.keys.EnumNames;
import barnabas.config.keys.Values;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The group coordinator and the limits of each kind of group.
public record GroupsConfig(
        Coordinator coordinator, Classic classic, Consumer consumer, Share share, Streams streams, Offsets offsets) {

    /// Settings common to all kinds of group.
    ///
    /// @param appendLingerMillis -1: as long as the previous write takes (adaptive)
    /// @param protocols which kinds of group are served
    public record Coordinator(
            int threads,
            int backgroundThreads,
            int appendLingerMillis,
            int cachedBufferBytesMax,
            Set<Protocol> protocols) {}

    public enum Protocol {
        CLASSIC,
        CONSUMER,
        SHARE,
        STREAMS
    }

    public record Classic(
            int sessionTimeoutMillisMin, int sessionTimeoutMillisMax, int sizeMax, int initialRebalanceDelayMillis) {}

    /// A value with the range a group's own configuration must stay in.
    public record Bounded(int value, int min, int max) {
        private static Bounded of(Values values, String kind, String name) {
            return new Bounded(
                    values.integer(kind + name),
                    values.integer(kind + "min." + name),
                    values.integer(kind + "max." + name));
        }

        public int clamp(int wanted) {
            return Math.clamp(wanted, min, max);
        }
    }

    /// KIP-848
    public record Consumer(
            Bounded sessionTimeoutMillis,
            Bounded heartbeatIntervalMillis,
            Bounded assignmentIntervalMillis,
            int sizeMax,
            List<String> assignors,
            boolean assignorOffload,
            MigrationPolicy migrationPolicy,
            int regexRefreshIntervalMillis) {}

    public enum MigrationPolicy {
        DISABLED,
        DOWNGRADE,
        UPGRADE,
        BIDIRECTIONAL
    }

    /// KIP-932
    public record Share(
            Bounded sessionTimeoutMillis,
            Bounded heartbeatIntervalMillis,
            Bounded assignmentIntervalMillis,
            Bounded recordLockDurationMillis,
            Bounded deliveryCount,
            Bounded partitionRecordLocks,
            int sizeMax,
            int sessionsMax,
            List<String> assignors,
            boolean assignorOffload,
            int initializeRetryIntervalMillis,
            DeadLetters deadLetters,
            StateTopic state) {}

    /// Defaults for topics that receive the undeliverable records of share groups.
    public record DeadLetters(boolean autoCreateTopics, String topicNamePrefix) {}

    /// `__share_group_state` and its coordinator.
    public record StateTopic(
            int partitions,
            int replicationFactor,
            int minInsyncReplicas,
            int segmentBytes,
            int loadBufferBytes,
            int writeTimeoutMillis,
            int appendLingerMillis,
            int updatesPerSnapshot,
            int threads) {}

    /// KIP-1071
    public record Streams(
            Bounded sessionTimeoutMillis,
            Bounded heartbeatIntervalMillis,
            Bounded assignmentIntervalMillis,
            int initialRebalanceDelayMillis,
            int sizeMax,
            int standbyReplicas,
            int standbyReplicasMax,
            int warmupReplicas,
            int warmupReplicasMax,
            long acceptableRecoveryLag,
            int taskOffsetIntervalMillis,
            int taskOffsetIntervalMillisMin,
            List<String> assignors,
            boolean assignorOffload,
            List<String> rackAwareTags,
            @Nullable String topologyDescriptionPluginClass) {}

    /// `__consumer_offsets`. The factor is Kafka's official one; a cluster with fewer brokers bounds it.
    ///
    /// @param compressionCodec the codec's number (0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd)
    public record Offsets(
            int partitions,
            int replicationFactor,
            int segmentBytes,
            int compressionCodec,
            int loadBufferBytes,
            int commitTimeoutMillis,
            int metadataBytesMax,
            long retentionMillis,
            long retentionCheckIntervalMillis) {}

    static GroupsConfig of(Values values) {
        return new GroupsConfig(
                new Coordinator(
                        values.integer("group.coordinator.threads"),
                        values.integer("group.coordinator.background.threads"),
                        values.integer("group.coordinator.append.linger.ms"),
                        values.integer("group.coordinator.cached.buffer.max.bytes"),
                        EnumNames.setOf(Protocol.class, values.list("group.coordinator.rebalance.protocols"))),
                new Classic(
                        values.integer("group.min.session.timeout.ms"),
                        values.integer("group.max.session.timeout.ms"),
                        values.integer("group.max.size"),
                        values.integer("group.initial.rebalance.delay.ms")),
                consumer(values),
                share(values),
                streams(values),
                offsets(values));
    }

    private static Consumer consumer(Values values) {
        String kind = "group.consumer.";
        return new Consumer(
                Bounded.of(values, kind, "session.timeout.ms"),
                Bounded.of(values, kind, "heartbeat.interval.ms"),
                Bounded.of(values, kind, "assignment.interval.ms"),
                values.integer(kind + "max.size"),
                values.list(kind + "assignors"),
                values.flag(kind + "assignor.offload.enable"),
                EnumNames.of(MigrationPolicy.class, values.string(kind + "migration.policy")),
                values.integer(kind + "regex.refresh.interval.ms"));
    }

    private static Share share(Values values) {
        String kind = "group.share.";
        return new Share(
                Bounded.of(values, kind, "session.timeout.ms"),
                Bounded.of(values, kind, "heartbeat.interval.ms"),
                Bounded.of(values, kind, "assignment.interval.ms"),
                Bounded.of(values, kind, "record.lock.duration.ms"),
                Bounded.of(values, kind, "delivery.count.limit"),
                Bounded.of(values, kind, "partition.max.record.locks"),
                values.integer(kind + "max.size"),
                values.integer(kind + "max.share.sessions"),
                values.list(kind + "assignors"),
                values.flag(kind + "assignor.offload.enable"),
                values.integer(kind + "initialize.retry.interval.ms"),
                new DeadLetters(
                        values.flag("errors.deadletterqueue.auto.create.topics.enable"),
                        values.string("errors.deadletterqueue.topic.name.prefix")),
                new StateTopic(
                        values.integer("share.coordinator.state.topic.num.partitions"),
                        values.integer("share.coordinator.state.topic.replication.factor"),
                        values.integer("share.coordinator.state.topic.min.isr"),
                        values.integer("share.coordinator.state.topic.segment.bytes"),
                        values.integer("share.coordinator.load.buffer.size"),
                        values.integer("share.coordinator.write.timeout.ms"),
                        values.integer("share.coordinator.append.linger.ms"),
                        values.integer("share.coordinator.snapshot.update.records.per.snapshot"),
                        values.integer("share.coordinator.threads")));
    }

    private static Streams streams(Values values) {
        String kind = "group.streams.";
        return new Streams(
                Bounded.of(values, kind, "session.timeout.ms"),
                Bounded.of(values, kind, "heartbeat.interval.ms"),
                Bounded.of(values, kind, "assignment.interval.ms"),
                values.integer(kind + "initial.rebalance.delay.ms"),
                values.integer(kind + "max.size"),
                values.integer(kind + "num.standby.replicas"),
                values.integer(kind + "max.standby.replicas"),
                values.integer(kind + "num.warmup.replicas"),
                values.integer(kind + "max.warmup.replicas"),
                values.number(kind + "acceptable.recovery.lag"),
                values.integer(kind + "task.offset.interval.ms"),
                values.integer(kind + "min.task.offset.interval.ms"),
                values.list(kind + "assignors"),
                values.flag(kind + "assignor.offload.enable"),
                values.list(kind + "rack.aware.assignment.tags"),
                values.stringOrNull(kind + "topology.description.plugin.class"));
    }

    private static Offsets offsets(Values values) {
        return new Offsets(
                values.integer("offsets.topic.num.partitions"),
                values.integer("offsets.topic.replication.factor"),
                values.integer("offsets.topic.segment.bytes"),
                values.integer("offsets.topic.compression.codec"),
                values.integer("offsets.load.buffer.size"),
                values.integer("offsets.commit.timeout.ms"),
                values.integer("offset.metadata.max.bytes"),
                values.integer("offsets.retention.minutes") * 60_000L,
                values.number("offsets.retention.check.interval.ms"));
    }
}
