package barnabas.broker.fetch;

import barnabas.log.LogSlice;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.replication.Partition;
import barnabas.replication.PartitionWatcher;
import org.jspecify.annotations.Nullable;

/// One partition of a fetch: the client's position and the last answer to it.
///
/// Owner: the call that uses the [FetchSet]; only [#moved] and the watch of offsets come from other threads.
final class FetchedPartition implements PartitionWatcher {
    /// Clients since Fetch v13 name topics by id (then `topic` is empty), older ones by name (then `topicId` is zero).
    record Key(Uuid topicId, String topic, int index) {}

    private final FetchSet owner;
    private final Key key;
    private FetchPartition wanted;
    private @Nullable Partition watched;
    private boolean watchesAppends;
    private boolean watchesCommits;
    private long toldHighWatermark = -1;
    private long toldLogStartOffset = -1;
    /// Notes that a follower may not know the high watermark or the log start; null for who is woken by them.
    private @Nullable PartitionWatcher offsetsWatch;
    /// False while nothing can have changed since the last look, which then can be skipped. While true, this is among
    /// the set's due partitions, or is about to be.
    private volatile boolean lookDue = true;
    /// Likewise for partitions whose offsets may be news.
    private volatile boolean offsetsDue;
    /// The last read that was not of recent records; closed, kept for its place.
    private @Nullable LogSlice coldBefore;

    private boolean readsAhead;

    FetchedPartition(FetchSet owner, Key key, FetchPartition wanted) {
        this.owner = owner;
        this.key = key;
        this.wanted = wanted;
    }

    Key key() {
        return key;
    }

    FetchPartition wanted() {
        return wanted;
    }

    void want(FetchPartition changed) {
        wanted = changed;
        lookAgain();
    }

    boolean lookDue() {
        return lookDue;
    }

    void lookAgain() {
        if (lookDue) return;
        lookDue = true;
        owner.lookIsDue(this);
    }

    /// To be called before the look itself, so that what moves meanwhile is not missed.
    void looking() {
        lookDue = false;
    }

    @Override
    public void moved(Partition partition) {
        lookAgain();
        owner.wake();
    }

    /// The client may not know the high watermark or the log start, and does not wait for them.
    void offsetsMoved() {
        if (offsetsDue) return;
        offsetsDue = true;
        owner.offsetsAreDue(this);
    }

    /// To be called before these offsets are read.
    void tellingOffsets() {
        offsetsDue = false;
    }

    /// Follows the partition's moves from now on, so that a look can be skipped while there are none.
    ///
    /// @param appends each append is a move, not only what is committed: for followers
    /// @param commits the high watermark's move is one for a follower too
    void watch(Partition partition, boolean appends, boolean commits) {
        if (watched == partition) return;
        unwatch();
        watched = partition;
        watchesAppends = appends;
        watchesCommits = !appends || commits;
        if (watchesAppends) partition.watchAppends(this);
        if (watchesCommits) partition.watch(this);
        else {
            offsetsWatch = _ -> offsetsMoved();
            partition.watch(offsetsWatch);
        }
    }

    boolean isWatching(Partition partition) {
        return watched == partition;
    }

    /// The partition whose moves are followed; null for none.
    @Nullable
    Partition watched() {
        return watched;
    }

    void unwatch() {
        if (watched != null && watchesAppends) watched.unwatchAppends(this);
        if (watched != null && watchesCommits) watched.unwatch(this);
        if (watched != null && offsetsWatch != null) watched.unwatch(offsetsWatch);
        offsetsWatch = null;
        watched = null;
    }

    /// Notes a read of old records.
    ///
    /// @param slow it had to wait for the disk
    /// @return whether the next part is worth reading already: the client reads in order, and from the disk
    boolean readCold(LogSlice slice, boolean slow) {
        LogSlice before = coldBefore;
        boolean inOrder = before != null && slice.continues(before);
        readsAhead = inOrder && (readsAhead || slow);
        coldBefore = slice;
        return readsAhead;
    }

    void readRecent() {
        coldBefore = null;
        readsAhead = false;
    }

    /// True when the client was answered before, with an earlier one.
    boolean lacksHighWatermark(long highWatermark) {
        return toldHighWatermark >= 0 && highWatermark > toldHighWatermark;
    }

    /// True when the client was answered before, with an earlier one.
    boolean lacksLogStart(long logStartOffset) {
        return toldLogStartOffset >= 0 && logStartOffset > toldLogStartOffset;
    }

    /// True when the client does not know these offsets yet; from now on it does.
    boolean tell(long highWatermark, long logStartOffset) {
        boolean news = highWatermark != toldHighWatermark || logStartOffset != toldLogStartOffset;
        toldHighWatermark = highWatermark;
        toldLogStartOffset = logStartOffset;
        return news;
    }
}
