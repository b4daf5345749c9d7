package barnabas.broker.leaders;

import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.replication.InSyncFollower;
import barnabas.replication.Partition;
import org.jspecify.annotations.Nullable;

/// The replicas that consumers read from instead of the leader (KIP-392), by the rules of Kafka's
/// RackAwareReplicaSelector: one in sync in the consumer's rack that has the offset; the leader, if it is there too.
public final class RackReplicas {
    /// The one value of `replica.selector.class` that is served.
    public static final String SELECTOR_CLASS = "org.apache.kafka.common.replica.RackAwareReplicaSelector";

    private static final int LEADER = -1;

    private RackReplicas() {}

    /// @param rack of the consumer, empty when it has none
    /// @param listener of the consumer's connection
    /// @return the broker to read from, -1 for the leader that was asked
    public static int preferred(Partition partition, long offset, String rack, String listener, ClusterImage image) {
        if (rack.isEmpty() || !partition.isLeader()) return LEADER;
        if (isIn(rack, image.nodes().brokers().find(partition.state().leaderId()), listener)) return LEADER;
        InSyncFollower best = null;
        for (InSyncFollower each : partition.inSyncFollowers()) {
            if (offset < each.startOffset() || offset > each.endOffset()) continue;
            BrokerRegistration broker = image.nodes().brokers().find(each.brokerId());
            if (isIn(rack, broker, listener) && (best == null || each.isAheadOf(best))) best = each;
        }
        return best == null ? LEADER : best.brokerId();
    }

    private static boolean isIn(String rack, @Nullable BrokerRegistration broker, String listener) {
        return broker != null
                && !broker.fenced()
                && rack.equals(broker.rack())
                && broker.endpoint(listener).isPresent();
    }
}
