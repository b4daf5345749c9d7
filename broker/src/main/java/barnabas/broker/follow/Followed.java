package barnabas.broker.follow;

import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.replication.FollowerReplica;
import barnabas.replication.Partition;
import org.jspecify.annotations.Nullable;

/// One replica that a fetcher fills. Owner: as of its [ReplicaFetcher].
final class Followed {
    private static final long FIRST_PAUSE_MILLIS = 5;

    final ReplicaKey key;
    final FollowerReplica replica;
    /// The epoch of the leader that is fetched from.
    final int leaderEpoch;

    private boolean waits;
    private long dueNanos;
    /// 0 after a success.
    private long pauseMillis;

    private boolean reported;
    /// As it was asked for last; null before.
    private @Nullable FetchPartition wanted;

    private long leaderHighWatermark;

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

    void leaderIsAt(long highWatermark) {
        leaderHighWatermark = highWatermark;
    }

    /// Records that were committed at the last answer and are not here.
    long lag() {
        return Math.max(0, leaderHighWatermark - replica.endOffset());
    }

    boolean isInSync() {
        return replica.partition().state().inSyncReplicas().contains(self);
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

    /// Counts a failure. The pause grows from a moment to `millisMax`: mostly the leader does not have the image yet
    /// that makes it one.
    ///
    /// @return true once for failures that last
    boolean beginsToFail(long millisMax) {
        pauseMillis = Math.min(millisMax, Math.max(FIRST_PAUSE_MILLIS, 2 * pauseMillis));
        if (pauseMillis < millisMax || reported) return false;
        reported = true;
        return true;
    }

    long pauseMillis() {
        return pauseMillis;
    }

    void succeeded() {
        pauseMillis = 0;
        reported = false;
    }

    /// The same object as long as nothing has changed.
    FetchPartition wanted(int bytesMax) {
        long endOffset = replica.endOffset();
        int lastEpoch = replica.lastEpoch();
        long startOffset = replica.partition().log().logStartOffset();
        FetchPartition before = wanted;
        if (before != null
                && before.fetchOffset() == endOffset
                && before.lastFetchedEpoch() == lastEpoch
                && before.logStartOffset() == startOffset
                && before.partitionMaxBytes() == bytesMax) return before;
        var changed = new FetchPartition(
                key.index(), leaderEpoch, endOffset, lastEpoch, startOffset, bytesMax, Uuid.ZERO, Long.MAX_VALUE);
        wanted = changed;
        return changed;
    }

    @Override
    public String toString() {
        return replica.partition().topicPartition().toString();
    }
}
