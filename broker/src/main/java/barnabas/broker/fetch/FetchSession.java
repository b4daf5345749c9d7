package barnabas.broker.fetch;

import java.util.concurrent.atomic.AtomicBoolean;

/// The partitions a client keeps fetching, so that later requests name only what changed (KIP-227).
///
/// Owner: the call that holds it, see [#acquire].
final class FetchSession extends FetchSet {
    private final int id;
    private final boolean topicIds;
    private final AtomicBoolean inUse = new AtomicBoolean();
    private int epoch;
    private volatile long lastUsedNanos;
    /// Owner of this and of `connectionId`: the lock of [FetchSessions].
    private int counted;

    private long connectionId = -1;

    FetchSession(int id, boolean topicIds) {
        this.id = id;
        this.topicIds = topicIds;
    }

    int id() {
        return id;
    }

    boolean usesTopicIds() {
        return topicIds;
    }

    /// False when another call holds the session: a client that sends two at once gets an error for the second.
    boolean acquire() {
        return inUse.compareAndSet(false, true);
    }

    void release(long nowNanos) {
        lastUsedNanos = nowNanos;
        inUse.set(false);
    }

    boolean isInUse() {
        return inUse.get();
    }

    long lastUsedNanos() {
        return lastUsedNanos;
    }

    /// The partitions that [FetchSessions] counts for this session.
    int counted() {
        return counted;
    }

    void counted(int partitions) {
        counted = partitions;
    }

    /// The connection that used this session last, -1 for none.
    long connectionId() {
        return connectionId;
    }

    void connectionId(long id) {
        connectionId = id;
    }

    /// The epoch that the next request must carry.
    int expectedEpoch() {
        return epoch;
    }

    /// 1, 2, ... and after the largest number 1 again; 0 and -1 have meanings of their own.
    void advanceEpoch() {
        epoch = epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
    }
}
