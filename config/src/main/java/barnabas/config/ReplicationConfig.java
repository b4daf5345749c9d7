package barnabas.config;

import barnabas.config.keys.Values;
import org.jspecify.annotations.Nullable;

/// Followers, leaders and who may become one.
public record ReplicationConfig(
        long lagTimeMillisMax,
        long highWatermarkCheckpointIntervalMillis,
        @Nullable String replicaSelectorClass,
        @Nullable Integer moveThreads,
        boolean controlledShutdown,
        FollowerFetch fetch,
        LeaderElection election) {

    /// Settings of a follower's fetch requests.
    public record FollowerFetch(
            int threads,
            int waitMillisMax,
            int bytesMin,
            int partitionBytesMax,
            int responseBytesMax,
            int backoffMillis,
            int socketTimeoutMillis,
            int socketReceiveBufferBytes) {}

    public record LeaderElection(
            boolean rebalanceAutomatically, long imbalanceCheckIntervalSeconds, long uncleanElectionIntervalMillis) {}

    static ReplicationConfig of(Values values) {
        return new ReplicationConfig(
                values.number("replica.lag.time.max.ms"),
                values.number("replica.high.watermark.checkpoint.interval.ms"),
                values.stringOrNull("replica.selector.class"),
                values.integerOrNull("num.replica.alter.log.dirs.threads"),
                values.flag("controlled.shutdown.enable"),
                new FollowerFetch(
                        values.integer("num.replica.fetchers"),
                        values.integer("replica.fetch.wait.max.ms"),
                        values.integer("replica.fetch.min.bytes"),
                        values.integer("replica.fetch.max.bytes"),
                        values.integer("replica.fetch.response.max.bytes"),
                        values.integer("replica.fetch.backoff.ms"),
                        values.integer("replica.socket.timeout.ms"),
                        values.integer("replica.socket.receive.buffer.bytes")),
                new LeaderElection(
                        values.flag("auto.leader.rebalance.enable"),
                        values.number("leader.imbalance.check.interval.seconds"),
                        values.number("unclean.leader.election.interval.ms")));
    }
}
