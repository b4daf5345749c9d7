package barnabas.log.partition;

import barnabas.base.Check;
import barnabas.log.LogConfig;
import barnabas.log.producers.OpenTransactions;
import barnabas.log.producers.ProducerSnapshots;
import barnabas.log.producers.Producers;
import barnabas.log.producers.Verifications;
import barnabas.log.segment.LogPlace;
import barnabas.log.segment.RetiredFiles;
import barnabas.log.segment.Segments;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Current state of one partition's log. Owner: `lock`, for every change; volatile fields may be read without it.
/// The log's parts share this: [LogAppend], [LogRoll], [LogFlush], [LogTruncation] and [LogRetention].
public final class LogState {
    final LogPlace place;
    final ReentrantLock lock = new ReentrantLock();
    /// Lock for removing or replacing segments, taken before `lock`. Appends and reads never wait for it, so it may
    /// be held while files are renamed.
    final ReentrantLock replacing = new ReentrantLock();

    final Producers producers;
    final Verifications verifications;
    final OpenTransactions transactions;
    final ProducerSnapshots snapshots;
    final LeaderEpochs epochs;
    final RecentBatches recent = new RecentBatches();
    final RetiredFiles retired = new RetiredFiles();

    volatile LogConfig config;
    volatile Segments segments;
    volatile LogEnd end;
    volatile long logStartOffset;
    volatile long recoveryPoint;
    volatile long warmFrom;
    volatile boolean closed;
    volatile boolean deleted;
    /// Files were created whose names are not yet known to be on disk.
    volatile boolean namesUnforced = true;
    /// Owner: `replacing`; with `lock` too when it fences appends.
    private volatile @Nullable UnfinishedChange unfinished;

    /// In place of a leader epoch, for logs that nothing leads or follows with: copies, and recovery.
    public static final int ANY_EPOCH = Integer.MAX_VALUE;

    /// The newest epoch in which this broker led or followed with this log; -1 before the first.
    private int leaderEpoch = -1;

    long rollJitterMillis;
    long unflushedRecords;
    long bytesSinceSnapshot;
    /// Number of truncations, so that a flush that ran beside one does not cover what was written afterwards.
    long truncations;

    LogState(LogPlace place, LogConfig config, LoadedLog loaded) {
        this.place = place;
        this.config = config;
        this.producers = loaded.producers();
        this.verifications = new Verifications(place.partition());
        this.transactions = loaded.transactions();
        this.snapshots = loaded.snapshots();
        this.epochs = loaded.epochs();
        this.segments = loaded.segments();
        var active = segments.active();
        this.end = new LogEnd(loaded.endOffset(), active.baseOffset(), active.sizeBytes());
        this.logStartOffset = loaded.startOffset();
        this.recoveryPoint = loaded.recoveryPoint();
        this.warmFrom = active.sizeBytes();
        chooseJitter();
    }

    /// Enters `epoch`, from which on nothing of an earlier one is taken. With `lock`.
    ///
    /// @return false when the epoch is stale
    boolean enterEpoch(int epoch) {
        Check.that(lock.isHeldByCurrentThread(), "a leader epoch entered without the lock");
        if (epoch == ANY_EPOCH) return true;
        if (epoch < leaderEpoch) return false;
        leaderEpoch = epoch;
        return true;
    }

    /// Carries out a change of the segments' files. When that fails, it stays unfinished. With `replacing`.
    void carryOut(UnfinishedChange change) throws IOException {
        Check.that(replacing.isHeldByCurrentThread(), "segments changed without the lock for it");
        unfinished = change;
        change.finish();
        unfinished = null;
    }

    /// Carries out again what an error has kept from its end. Before anything else changes the segments.
    void finishEarlierChange() throws IOException {
        if (unfinished == null) return;
        replacing.lock();
        try {
            var earlier = unfinished;
            if (earlier != null) carryOut(earlier);
        } finally {
            replacing.unlock();
        }
    }

    /// The same inside an append, which must not wait for `replacing`. With `lock`.
    ///
    /// @return false when the log takes no appends yet
    boolean finishCut() throws IOException {
        var earlier = unfinished;
        if (earlier == null || !earlier.fencesAppends()) return true;
        if (!replacing.tryLock()) return false;
        try {
            finishEarlierChange();
            return true;
        } finally {
            replacing.unlock();
        }
    }

    boolean hasUnfinishedChange() {
        return unfinished != null;
    }

    /// With `lock`.
    int leaderEpoch() {
        return leaderEpoch;
    }

    void chooseJitter() {
        long limit = Math.min(config.segments().jitterMillis(), config.segmentMillis());
        rollJitterMillis = limit <= 0 ? 0 : place.environment().random().nextLong(limit);
    }

    /// The end is read before the segments: a segment that is missing from the list cannot hold it.
    LogView view() {
        var seen = end;
        return new LogView(segments, seen, logStartOffset, recent, warmFrom);
    }
}
