package barnabas.log.partition;

import barnabas.base.DiskError;
import barnabas.log.segment.Retention;
import barnabas.log.segment.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Removes the beginning of a log: what its retention or its start offset says.
record LogRetention(LogState log, LogRoll roll, LogFlush flush) {
    /// Makes everything below `offset` invisible (DeleteRecords, a leader's log start offset); whole segments below
    /// it go away with the next [#applyRetention].
    ///
    /// @return false when `offset` is not above the present start, or beyond the end
    boolean advanceLogStartOffset(long offset) {
        log.lock.lock();
        try {
            if (offset <= log.logStartOffset() || offset > log.endOffset()) return false;
            log.startAt(offset);
            return true;
        } finally {
            log.lock.unlock();
        }
    }

    /// Deletes whole closed segments below the high watermark that are too old, too much, or below the log start
    /// offset. Needs space on the disk only for a new active segment and for snapshots of the producers. Without
    /// space the active segment stays, and so do those with no snapshot of the producers behind them.
    ///
    /// The work on the disk is done outside the log's lock, so that appends wait for memory work only.
    ///
    /// @return how many
    int applyRetention(long nowMillis, long highWatermark) throws IOException {
        try {
            return removeWhatIsDue(nowMillis, highWatermark);
        } catch (IOException failed) {
            log.place().health().report(failed);
            throw failed;
        }
    }

    private int removeWhatIsDue(long nowMillis, long highWatermark) throws IOException {
        log.finishEarlierChange();
        if (planRetention(nowMillis, highWatermark).deletions() == 0) return 0;
        long before;
        long end;
        log.lockUnfenced();
        try {
            before = log.truncations();
            end = log.endOffset();
        } finally {
            log.lock.unlock();
        }
        // what stays must be on disk before the records go that it follows on and could be rebuilt from
        flush.forceRecords();
        settleSnapshots();
        log.replacing.lock();
        try {
            if (log.hasUnfinishedChange()) return 0;
            return removeSegments(nowMillis, Math.min(highWatermark, end), before);
        } finally {
            log.replacing.unlock();
        }
    }

    /// Brings snapshots of the producers to the disk. On a full one some stay in memory.
    private void settleSnapshots() throws IOException {
        try {
            flush.writeSnapshots();
        } catch (IOException failed) {
            if (!DiskError.of(failed).isFull()) throw failed;
        }
        flush.forceSnapshots();
    }

    /// @param bound everything below it is committed and on disk
    /// @param truncations as counted before it was
    private int removeSegments(long nowMillis, long bound, long truncations) throws IOException {
        rollIfAllGo(nowMillis, bound);
        settleSnapshots();
        var plan = planRetention(nowMillis, bound);
        var seen = log.segments();
        int count = Math.min(plan.deletions(), seen.count() - 1);
        // after a crash the producers are built from the first segment that is left, and its snapshot
        while (count > 0 && !log.snapshots().isSettled(seen.at(count).baseOffset())) count--;
        // the name of the last file says where the log has got to
        if (count == seen.count() - 1 && seen.active().sizeBytes() == 0 && !isNamed(seen.active())) count--;
        if (count <= 0) return 0;
        Retirement change;
        log.lock.lock();
        try {
            if (log.isClosed() || log.truncations() != truncations) return 0;
            var kept = log.segments().without(count);
            long start = kept.first().baseOffset();
            change = new Retirement(
                    log,
                    log.segments().list().subList(0, count),
                    start,
                    log.snapshots().forgetBelow(start),
                    log.deletionNanos());
            log.replaceSegments(kept);
            log.startAt(start);
        } finally {
            log.lock.unlock();
        }
        log.carryOut(change);
        return count;
    }

    /// Segments that the log has forgotten lose their names.
    ///
    /// @param start where the first one begins that stays
    private record Retirement(LogState log, List<Segment> gone, long start, List<Path> snapshots, long dueNanos)
            implements UnfinishedChange {
        @Override
        public boolean fencesAppends() {
            return false;
        }

        @Override
        public void finish() throws IOException {
            log.retired().retire(gone, dueNanos);
            // a power cut must not bring the segments back without what belongs to them
            log.place().disk().forceDirectory(log.place().directory());
            for (var snapshot : snapshots) log.place().disk().delete(snapshot);
            log.lock.lock();
            try {
                // there is nothing below any more that could need a force
                log.flushedUpTo(start);
            } finally {
                log.lock.unlock();
            }
        }
    }

    /// Begins a new segment when the active one is to go too. On a full disk there is none, and the active one stays.
    private void rollIfAllGo(long nowMillis, long bound) throws IOException {
        log.lock.lock();
        try {
            if (!log.isClosed() && planRetention(nowMillis, bound).rollsFirst()) roll.roll(log.endOffset());
        } catch (IOException failed) {
            if (!DiskError.of(failed).isFull()) throw failed;
        } finally {
            log.lock.unlock();
        }
    }

    /// False when the disk has no space for the segment's file.
    private boolean isNamed(Segment active) throws IOException {
        try {
            active.create();
        } catch (IOException failed) {
            if (DiskError.of(failed).isFull()) return false;
            throw failed;
        }
        log.place().disk().forceDirectory(log.place().directory());
        return true;
    }

    private Retention.Plan planRetention(long nowMillis, long highWatermark) throws IOException {
        return new Retention(log.config().retention(), nowMillis, highWatermark, log.logStartOffset())
                .plan(log.segments(), log.endOffset());
    }

    /// Removes deleted segments whose delay has passed.
    void removeDeletedFiles(long nowNanos) throws IOException {
        log.retired().removeDue(nowNanos);
    }
}
