package barnabas.log.partition;

import barnabas.base.Check;
import barnabas.log.LogConfig;
import barnabas.log.producers.OpenTransactions;
import barnabas.log.producers.ProducerSnapshot;
import barnabas.log.producers.ProducerSnapshots;
import barnabas.log.producers.Producers;
import barnabas.log.producers.Verifications;
import barnabas.log.segment.LogPlace;
import barnabas.log.segment.RetiredFiles;
import barnabas.log.segment.Segment;
import barnabas.log.segment.Segments;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Current state of one partition's log. Owner: `lock`, for every change: each verb that changes something, and each
/// accessor of what the lock alone protects, checks that the calling thread holds it. Published state (the list of
/// segments, the end and the like) may be read without it.
/// The log's parts share this: [LogAppend], [LogRoll], [LogFlush], [LogTruncation] and [LogRetention].
public final class LogState {
    /// In place of a leader epoch, for logs that nothing leads or follows with: copies, and recovery.
    public static final int ANY_EPOCH = Integer.MAX_VALUE;

    final ReentrantLock lock = new ReentrantLock();
    /// Lock for removing or replacing segments, taken before `lock`. Appends on event loops and reads never wait for
    /// it, so it may be held while files are renamed and forced.
    final ReentrantLock replacing = new ReentrantLock();

    private final LogPlace place;
    private final Verifications verifications;
    private final OpenTransactions transactions;
    private final ProducerSnapshots snapshots;
    private final LeaderEpochs epochs;
    private final RecentBatches recent = new RecentBatches();
    private final RetiredFiles retired = new RetiredFiles();

    private volatile LogConfig config;
    private volatile Segments segments;
    private volatile LogEnd end;
    private volatile long logStartOffset;
    private volatile long recoveryPoint;
    private volatile long warmFrom;
    private volatile boolean closed;
    private volatile boolean deleted;
    /// Files were created whose names are not yet known to be on disk.
    private volatile boolean namesUnforced = true;
    /// Owner: `replacing`.
    private volatile @Nullable UnfinishedChange unfinished;
    /// A truncation has begun and is not yet an unfinished change, or the log moves. Owner: `replacing`, and `lock` to
    /// set it.
    private volatile boolean fenced;

    private Producers producers;
    /// The newest epoch in which this broker led or followed with this log; -1 before the first.
    private int leaderEpoch = -1;

    private long rollJitterMillis;
    private long unflushedRecords;
    private long bytesSinceSnapshot;
    private long truncations;

    LogState(LogPlace place, LogConfig config, LoadedLog loaded) {
        this.place = place;
        this.config = config;
        this.producers = loaded.producers();
        this.verifications = new Verifications(
                place.partition(), place.environment().producers().room());
        this.transactions = loaded.transactions();
        this.snapshots = loaded.snapshots();
        this.epochs = loaded.epochs();
        this.segments = loaded.segments();
        var active = segments.active();
        this.end = new LogEnd(loaded.endOffset(), active.baseOffset(), active.sizeBytes());
        this.logStartOffset = loaded.startOffset();
        this.recoveryPoint = loaded.recoveryPoint();
        this.warmFrom = active.sizeBytes();
        producers.enter(place.environment().producers().room());
        chooseJitter();
    }

    private void checkLocked() {
        Check.that(lock.isHeldByCurrentThread(), "the state of a log used without its lock");
    }

    private void checkReplacing() {
        Check.that(replacing.isHeldByCurrentThread(), "segments changed without the lock for it");
    }

    // ---- published: may be read without the lock

    LogPlace place() {
        return place;
    }

    LogConfig config() {
        return config;
    }

    Segments segments() {
        return segments;
    }

    LogEnd end() {
        return end;
    }

    long endOffset() {
        return end.offset();
    }

    long logStartOffset() {
        return logStartOffset;
    }

    /// Everything below is known to be on stable storage in the log's own files.
    long recoveryPoint() {
        return recoveryPoint;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isDeleted() {
        return deleted;
    }

    /// The end is read before the segments: a segment that is missing from the list cannot hold it.
    LogView view() {
        var seen = end;
        return new LogView(segments, seen, logStartOffset, recent, warmFrom);
    }

    // ---- parts that are safe for threads on their own

    OpenTransactions transactions() {
        return transactions;
    }

    ProducerSnapshots snapshots() {
        return snapshots;
    }

    LeaderEpochs epochs() {
        return epochs;
    }

    RecentBatches recent() {
        return recent;
    }

    RetiredFiles retired() {
        return retired;
    }

    // ---- with `lock`

    Producers producers() {
        checkLocked();
        return producers;
    }

    Verifications verifications() {
        checkLocked();
        return verifications;
    }

    int leaderEpoch() {
        checkLocked();
        return leaderEpoch;
    }

    /// Number of truncations, so that a flush that ran beside one does not cover what was written afterwards.
    long truncations() {
        checkLocked();
        return truncations;
    }

    /// True when the active segment is older than its topic allows.
    boolean isOlderThanSegment(long ageMillis, LogConfig used) {
        checkLocked();
        return ageMillis > used.segmentMillis() - rollJitterMillis;
    }

    /// True when this many records wait for their flush.
    boolean hasUnflushed(long recordsMax) {
        checkLocked();
        return unflushedRecords >= recordsMax;
    }

    /// True when more than this would have to be read without a snapshot of the producers.
    boolean isSnapshotDue(long bytesMax) {
        checkLocked();
        return bytesSinceSnapshot > bytesMax;
    }

    /// Enters `epoch`, from which on nothing of an earlier one is taken.
    ///
    /// @return false when the epoch is stale
    boolean enterEpoch(int epoch) {
        checkLocked();
        if (epoch == ANY_EPOCH) return true;
        if (epoch < leaderEpoch) return false;
        leaderEpoch = epoch;
        return true;
    }

    /// Publishes records that were written to the active segment.
    void appended(long endOffset, long records, int bytes) {
        checkLocked();
        end = new LogEnd(endOffset, end.segmentBaseOffset(), segments.active().sizeBytes());
        unflushedRecords += records;
        bytesSinceSnapshot += bytes;
    }

    /// Moment at which files that leave the log now may be deleted, on the scale of [barnabas.base.Clock#nanos].
    long deletionNanos() {
        return place.environment().clock().nanos() + config.retention().fileDeleteDelayNanos();
    }

    /// Keeps the producers as of the end of the log, in memory: [LogFlush] writes them to their file.
    void takeSnapshot(long offset) throws IOException {
        checkLocked();
        snapshots.take(offset, ProducerSnapshot.encode(producers.entries()));
        bytesSinceSnapshot = 0;
    }

    /// Publishes a list with a new active segment, which is empty.
    void rolled(Segments with) {
        checkLocked();
        segments = with;
        end = new LogEnd(end.offset(), with.active().baseOffset(), 0);
        warmFrom = 0;
        namesUnforced = true;
        chooseJitter();
    }

    private void chooseJitter() {
        long limit = Math.min(config.segments().jitterMillis(), config.segmentMillis());
        rollJitterMillis = limit <= 0 ? 0 : place.environment().random().nextLong(limit);
    }

    /// A flush of everything appended so far has begun.
    void flushBegins() {
        checkLocked();
        unflushedRecords = 0;
    }

    /// Everything below `offset` is on stable storage.
    void flushedUpTo(long offset) {
        checkLocked();
        if (offset > recoveryPoint) recoveryPoint = offset;
    }

    /// Makes everything below `offset` invisible.
    void startAt(long offset) {
        checkLocked();
        if (offset > logStartOffset) logStartOffset = offset;
        epochs.cutBefore(logStartOffset);
    }

    void close() {
        checkLocked();
        closed = true;
        producers.leave();
        verifications.leave();
    }

    // ---- with `lock` and `replacing`

    /// Publishes another list of the segments that holds the same records, or fewer at the beginning.
    void replaceSegments(Segments changed) {
        checkReplacing();
        checkLocked();
        segments = changed;
    }

    /// Begins work on the disk beside which nothing is appended or flushed, until [#endFence].
    void beginFence() {
        checkReplacing();
        checkLocked();
        fenced = true;
    }

    /// Begins a truncation.
    void beginCut() {
        beginFence();
        truncations++;
    }

    /// Forgets epochs that began here and have no record.
    void forgetEpochsWithoutRecords() {
        checkReplacing();
        checkLocked();
        epochs.cutAfter(end.offset());
    }

    /// Takes back that records from `offset` on are on stable storage.
    void lowerRecoveryPoint(long offset) {
        checkReplacing();
        checkLocked();
        recoveryPoint = Math.min(recoveryPoint, offset);
    }

    /// Publishes what is left of the log once it is cut at `from`. The files follow.
    ///
    /// @param kept whose last segment ends at `position`
    void cutTo(Segments kept, long position, long from) {
        checkReplacing();
        checkLocked();
        truncations++;
        recent.clear();
        // the end moves first: readers must not look for what is about to go
        end = new LogEnd(from, kept.active().baseOffset(), position);
        segments = kept;
        if (logStartOffset > from) logStartOffset = from;
        epochs.cutAfter(from);
        warmFrom = position;
    }

    /// Publishes an empty log that goes on at the beginning of `fresh`.
    void startOver(Segment fresh) {
        checkReplacing();
        checkLocked();
        truncations++;
        recent.clear();
        long offset = fresh.baseOffset();
        end = new LogEnd(offset, offset, 0);
        segments = Segments.of(List.of(fresh));
        logStartOffset = offset;
        warmFrom = 0;
        namesUnforced = true;
        producers.startOver(0);
        epochs.clear();
    }

    /// Puts producers that were read from what is left of the log in the place of those before a truncation.
    void replaceProducers(Producers read) {
        checkReplacing();
        checkLocked();
        producers.leave();
        producers = read;
        if (!closed) producers.enter(place.environment().producers().room());
    }

    // ---- with `replacing`

    void endFence() {
        checkReplacing();
        fenced = false;
    }

    /// Carries out a change of the segments' files. When that fails, it stays unfinished.
    void carryOut(UnfinishedChange change) throws IOException {
        checkReplacing();
        unfinished = change;
        change.finish();
        unfinished = null;
    }

    /// Carries out again what an error has kept from its end. Before anything else changes the segments.
    void finishEarlierChange() throws IOException {
        if (unfinished == null && !fenced) return;
        replacing.lock();
        try {
            var earlier = unfinished;
            if (earlier != null) carryOut(earlier);
        } finally {
            replacing.unlock();
        }
    }

    // ---- without a lock

    boolean hasUnfinishedChange() {
        return unfinished != null;
    }

    /// True while the log takes no appends: from the moment in which a truncation is decided until its files are cut,
    /// also after an error, and in the last step of a move to another directory.
    boolean isFenced() {
        var change = unfinished;
        return fenced || (change != null && change.fencesAppends());
    }

    /// Takes `lock` when no truncation or move is under way. Otherwise waits for its end, or finishes one that an error
    /// has stopped: not for event loops, and never while holding `lock`.
    // the caller unlocks
    @SuppressWarnings("LockNotBeforeTry")
    void lockUnfenced() throws IOException {
        while (true) {
            if (isFenced()) finishEarlierChange();
            lock.lock();
            if (!isFenced()) return;
            lock.unlock();
        }
    }

    /// Takes effect with the next append.
    void reconfigure(LogConfig changed) {
        config = changed;
    }

    /// The partition goes away: nothing of it needs to get to disk any more.
    void delete() {
        deleted = true;
    }

    /// A file was created, whose name the next flush forces.
    void nameAdded() {
        namesUnforced = true;
    }

    /// True when names have to be forced, which from now on counts as done; see [#nameAdded].
    boolean takeNamesUnforced() {
        if (!namesUnforced) return false;
        namesUnforced = false;
        return true;
    }
}
