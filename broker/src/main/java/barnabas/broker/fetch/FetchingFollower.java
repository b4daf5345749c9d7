package barnabas.broker.fetch;

import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.message.FetchRequest;
import barnabas.replication.Partition;
import org.jspecify.annotations.Nullable;

/// The broker that a fetch comes from, which reads up to the log's end and says how far its replicas are.
///
/// @param brokerEpoch of the run that fetches (KIP-903); -1 when the request has none
/// @param mayJoin whether it may become in sync: neither fenced nor shutting down, and this run of it (KIP-841)
public record FetchingFollower(int brokerId, long brokerEpoch, boolean mayJoin) {
    private static final short STATE_SINCE = 15;
    private static final long EPOCH_UNKNOWN = -1;

    /// Null for a consumer.
    public static @Nullable FetchingFollower of(FetchRequest request, short version, ClusterImage image) {
        int id = version >= STATE_SINCE ? request.replicaState().replicaId() : request.replicaId();
        if (id < 0) return null;
        long epoch = version >= STATE_SINCE ? request.replicaState().replicaEpoch() : EPOCH_UNKNOWN;
        BrokerRegistration broker = image.nodes().brokers().find(id);
        boolean mayJoin = broker != null
                && !broker.fenced()
                && !broker.inControlledShutdown()
                && (epoch == EPOCH_UNKNOWN || epoch == broker.epoch());
        return new FetchingFollower(id, epoch, mayJoin);
    }

    /// Its log of the partition ends at `offset`, if that lies in this one.
    void isAt(Partition partition, int leaderEpoch, long offset) {
        if (offset < partition.log().logStartOffset()
                || offset > partition.log().logEndOffset()) return;
        partition.fetched(brokerId, brokerEpoch, leaderEpoch, offset, mayJoin);
    }
}
