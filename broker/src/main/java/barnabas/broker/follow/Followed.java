package barnabas.broker.follow;

import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.replication.FollowerReplica;
import barnabas.replication.Partition;

/// One replica that a fetcher fills. Owner: the fetcher's thread.
final class Followed {
    final ReplicaKey key;
    final FollowerReplica replica;
    /// The epoch of the leader that is fetched from.
    final int leaderEpoch;

    private boolean waits;
    private long dueNanos;
    private boolean failing;

    private final int self;

    /// @param self the broker that fetches
    Followed(Partition partition, int leaderEpoch, int self) {
        this.self = self;
        this.key =
                new ReplicaKey(partition.topicId(), partition.topicPartition().partition());
        this.replica = partition.follower();
        this.leaderEpoch = leaderEpoch;
    }

    int self() {
        return self;
    }

    /// Leaves this replica out of the fetches until then.
    void waitUntil(long nanos) {
        waits = true;
        dueNanos = nanos;
    }

    boolean isDue(long nowNanos) {
        if (waits && nowNanos - dueNanos >= 0) waits = false;
        return !waits;
    }

    long dueNanos() {
        return dueNanos;
    }

    /// True for the first failure after a success: a failure that lasts is logged once.
    boolean beginsToFail() {
        boolean first = !failing;
        failing = true;
        return first;
    }

    void succeeded() {
        failing = false;
    }

    FetchPartition wanted(int bytesMax) {
        return new FetchPartition(
                key.index(),
                leaderEpoch,
                replica.endOffset(),
                replica.lastEpoch(),
                replica.partition().log().logStartOffset(),
                bytesMax,
                Uuid.ZERO,
                Long.MAX_VALUE);
    }

    @Override
    public String toString() {
        return replica.partition().topicPartition().toString();
    }
}
