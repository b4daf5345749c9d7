package barnabas.metadata.controller;

import barnabas.metadata.access.TokenPolicy;
import barnabas.metadata.image.VersionRange;
import barnabas.protocol.Message;
import java.util.List;
import java.util.SortedMap;

/// Settings of the controller at start.
///
/// @param nodeId this node
/// @param clusterId 22 characters of base64, as in `meta.properties`
/// @param bootstrap the records that a new cluster begins with; see [Features#bootstrap]
/// @param supportedFeatures the levels this node can work with, by feature name; see [Features#SUPPORTED]
public record ControllerSettings(
        int nodeId,
        String clusterId,
        List<? extends Message> bootstrap,
        SortedMap<String, VersionRange> supportedFeatures,
        Topics topics,
        Snapshots snapshots,
        Timeouts timeouts) {

    /// With Kafka's session time-out, which matters where brokers are other nodes.
    public ControllerSettings(
            int nodeId,
            String clusterId,
            List<? extends Message> bootstrap,
            SortedMap<String, VersionRange> supportedFeatures,
            Topics topics,
            Snapshots snapshots,
            int requestTimeoutMillis) {
        this(
                nodeId,
                clusterId,
                bootstrap,
                supportedFeatures,
                topics,
                snapshots,
                new Timeouts(requestTimeoutMillis, 9_000));
    }

    /// @param requestMillis how long a change may take when the request does not say
    /// @param brokerSessionMillis `broker.session.timeout.ms`: how long a broker may be silent
    /// @param tokens lifetimes of delegation tokens
    public record Timeouts(int requestMillis, int brokerSessionMillis, TokenPolicy tokens) {
        /// Without delegation tokens.
        public Timeouts(int requestMillis, int brokerSessionMillis) {
            this(requestMillis, brokerSessionMillis, TokenPolicy.NONE);
        }
    }

    /// For topics that do not say themselves, and what there is memory for.
    ///
    /// @param partitions `num.partitions`
    /// @param replicationFactor `default.replication.factor`
    /// @param partitionsMax of all topics together
    /// @param settingsBytesMax of configurations, quotas, credentials and ACLs (`SettingsBytes`)
    /// @param mutationBurstSeconds so many seconds' worth of a `controller_mutation_rate` may come at once
    /// @param deletable `delete.topic.enable`
    public record Topics(
            int partitions,
            short replicationFactor,
            int partitionsMax,
            long settingsBytesMax,
            double mutationBurstSeconds,
            boolean deletable) {
        /// Kafka's default of `controller.quota.window.num` times `controller.quota.window.size.seconds`.
        private static final int BURST_SECONDS = 11;

        public Topics(int partitions, short replicationFactor, int partitionsMax, long settingsBytesMax) {
            this(partitions, replicationFactor, partitionsMax, settingsBytesMax, BURST_SECONDS, true);
        }

        /// Without limits.
        public Topics(int partitions, short replicationFactor) {
            this(partitions, replicationFactor, Integer.MAX_VALUE, Long.MAX_VALUE);
        }
    }

    /// When a snapshot is due.
    ///
    /// @param recordBytes `metadata.log.max.record.bytes.between.snapshots`
    /// @param intervalMillis `metadata.log.max.snapshot.interval.ms`, 0 for never
    public record Snapshots(long recordBytes, long intervalMillis) {}

    /// Kafka's defaults.
    public static ControllerSettings defaults(int nodeId, String clusterId) {
        return new ControllerSettings(
                nodeId,
                clusterId,
                Features.bootstrap(Features.LATEST),
                Features.SUPPORTED,
                new Topics(1, (short) 1),
                new Snapshots(20_971_520, 3_600_000),
                30_000);
    }
}
