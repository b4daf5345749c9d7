package barnabas.config;

import barnabas.config.keys.Values;
import org.jspecify.annotations.Nullable;

/// The windows over which rates are measured, and the throttles of replication traffic.
///
/// @param leaderThrottledBytesPerSecond applies to the replicas named in `leader.replication.throttled.replicas`
public record QuotasConfig(
        ClientWindow clients,
        ReplicationWindow replication,
        Window logDirMoves,
        MutationWindow controllerMutations,
        long leaderThrottledBytesPerSecond,
        long followerThrottledBytesPerSecond,
        long logDirMoveBytesPerSecondMax,
        @Nullable String callbackClass) {

    /// `samples` windows of `sampleSeconds` each.
    public record Window(int samples, int sampleSeconds) {
        private static Window of(Values values, String prefix) {
            return new Window(
                    values.integer(prefix + "quota.window.num"), values.integer(prefix + "quota.window.size.seconds"));
        }
    }

    /// As [Window], for clients.
    public record ClientWindow(int samples, int sampleSeconds) {}

    /// As [Window], for changes of the cluster.
    public record MutationWindow(int samples, int sampleSeconds) {}

    /// As [Window], for the traffic between replicas.
    public record ReplicationWindow(int samples, int sampleSeconds) {}

    static QuotasConfig of(Values values) {
        return new QuotasConfig(
                new ClientWindow(values.integer("quota.window.num"), values.integer("quota.window.size.seconds")),
                new ReplicationWindow(
                        values.integer("replication.quota.window.num"),
                        values.integer("replication.quota.window.size.seconds")),
                Window.of(values, "alter.log.dirs.replication."),
                new MutationWindow(
                        values.integer("controller.quota.window.num"),
                        values.integer("controller.quota.window.size.seconds")),
                values.number("leader.replication.throttled.rate"),
                values.number("follower.replication.throttled.rate"),
                values.number("replica.alter.log.dirs.io.max.bytes.per.second"),
                values.stringOrNull("client.quota.callback.class"));
    }
}
