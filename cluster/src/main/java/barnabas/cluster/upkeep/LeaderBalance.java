package barnabas.cluster.upkeep;

import barnabas.base.Clock;
import barnabas.config.ReplicationConfig;
import barnabas.metadata.OwnController;

/// Has the controller of this node move leaderships to preferred replicas every
/// `leader.imbalance.check.interval.seconds`. Owner: the thread that calls [#look].
final class LeaderBalance {
    private static final long SECONDS_MAX = Long.MAX_VALUE / 4_000_000_000L;

    private final OwnController controller;
    private final boolean enabled;
    private final long intervalNanos;
    private final Clock clock;
    private long nextNanos;

    LeaderBalance(OwnController controller, ReplicationConfig.LeaderElection settings, Clock clock) {
        this.controller = controller;
        this.enabled = settings.rebalanceAutomatically();
        this.intervalNanos = Math.min(SECONDS_MAX, settings.imbalanceCheckIntervalSeconds()) * 1_000_000_000L;
        this.clock = clock;
        this.nextNanos = clock.nanos() + intervalNanos;
    }

    /// Called more often than that.
    void look() {
        if (!enabled || clock.nanos() - nextNanos < 0) return;
        nextNanos = clock.nanos() + intervalNanos;
        controller.balanceLeaders();
    }
}
