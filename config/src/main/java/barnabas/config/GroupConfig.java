package barnabas.config;

import barnabas.config.keys.Values;
import java.util.List;

/// Everything that can be set for a group, resolved: group override, else broker, else default. A value beyond the
/// broker's present limits counts as the limit. See `GroupConfigs`.
public record GroupConfig(Consumer consumer, Share share, Streams streams, DeadLetters deadLetters) {
    /// KIP-848
    public record Consumer(
            int sessionTimeoutMillis,
            int heartbeatIntervalMillis,
            int assignmentIntervalMillis,
            boolean assignorOffload) {}

    /// The share protocol (KIP-932).
    ///
    /// @param offsetReset `earliest`, `latest` or `by_duration:<ISO 8601>`
    public record Share(
            int sessionTimeoutMillis,
            int heartbeatIntervalMillis,
            int assignmentIntervalMillis,
            boolean assignorOffload,
            int recordLockDurationMillis,
            int deliveryCountMax,
            int partitionRecordLocksMax,
            String offsetReset,
            boolean readCommitted,
            boolean renewAcknowledge) {}

    /// KIP-1071
    public record Streams(
            int sessionTimeoutMillis,
            int heartbeatIntervalMillis,
            int assignmentIntervalMillis,
            boolean assignorOffload,
            int initialRebalanceDelayMillis,
            int standbyReplicas,
            int warmupReplicas,
            long acceptableRecoveryLag,
            int taskOffsetIntervalMillis,
            String assignor,
            List<String> rackAwareTags) {}

    /// Topic for the undeliverable records of a share group.
    ///
    /// @param topic empty: nowhere
    public record DeadLetters(String topic, boolean copyRecord) {}

    public static GroupConfig of(Values values, GroupsConfig limits) {
        GroupsConfig.Consumer consumer = limits.consumer();
        return new GroupConfig(
                new Consumer(
                        consumer.sessionTimeoutMillis().clamp(values.integer("consumer.session.timeout.ms")),
                        consumer.heartbeatIntervalMillis().clamp(values.integer("consumer.heartbeat.interval.ms")),
                        consumer.assignmentIntervalMillis().clamp(values.integer("consumer.assignment.interval.ms")),
                        values.flag("consumer.assignor.offload.enable")),
                share(values, limits.share()),
                streams(values, limits.streams()),
                new DeadLetters(
                        values.string("errors.deadletterqueue.topic.name"),
                        values.flag("errors.deadletterqueue.copy.record.enable")));
    }

    private static Share share(Values values, GroupsConfig.Share limits) {
        return new Share(
                limits.sessionTimeoutMillis().clamp(values.integer("share.session.timeout.ms")),
                limits.heartbeatIntervalMillis().clamp(values.integer("share.heartbeat.interval.ms")),
                limits.assignmentIntervalMillis().clamp(values.integer("share.assignment.interval.ms")),
                values.flag("share.assignor.offload.enable"),
                limits.recordLockDurationMillis().clamp(values.integer("share.record.lock.duration.ms")),
                limits.deliveryCount().clamp(values.integer("share.delivery.count.limit")),
                limits.partitionRecordLocks().clamp(values.integer("share.partition.max.record.locks")),
                values.string("share.auto.offset.reset"),
                values.string("share.isolation.level").equals("read_committed"),
                values.flag("share.renew.acknowledge.enable"));
    }

    private static Streams streams(Values values, GroupsConfig.Streams limits) {
        return new Streams(
                limits.sessionTimeoutMillis().clamp(values.integer("streams.session.timeout.ms")),
                limits.heartbeatIntervalMillis().clamp(values.integer("streams.heartbeat.interval.ms")),
                limits.assignmentIntervalMillis().clamp(values.integer("streams.assignment.interval.ms")),
                values.flag("streams.assignor.offload.enable"),
                values.integer("streams.initial.rebalance.delay.ms"),
                Math.min(values.integer("streams.num.standby.replicas"), limits.standbyReplicasMax()),
                Math.min(values.integer("streams.num.warmup.replicas"), limits.warmupReplicasMax()),
                values.number("streams.acceptable.recovery.lag"),
                Math.max(values.integer("streams.task.offset.interval.ms"), limits.taskOffsetIntervalMillisMin()),
                values.string("streams.assignor.name"),
                values.list("streams.rack.aware.assignment.tags"));
    }
}
