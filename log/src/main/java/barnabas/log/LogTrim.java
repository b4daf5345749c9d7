package barnabas.log;

import java.io.IOException;

/// Removes the beginning of a log: what its retention or its start offset says.
record LogTrim(LogState log, LogRoll roll, LogFlush flush) {
    /// Makes everything below `offset` invisible (DeleteRecords, a leader's log start offset); whole segments below
    /// it go away with the next [#applyRetention].
    ///
    /// @return false when `offset` is not above the present start, or beyond the end
    boolean advanceLogStartOffset(long offset) {
        log.lock.lock();
        try {
            if (offset <= log.logStartOffset || offset > log.end.offset()) return false;
            log.logStartOffset = offset;
            log.epochs.cutBefore(offset);
            return true;
        } finally {
            log.lock.unlock();
        }
    }

    /// Deletes whole closed segments below the high watermark that are too old, too much, or below the log start
    /// offset.
    ///
    /// @return how many
    int applyRetention(long nowMillis, long highWatermark) throws IOException {
        if (planRetention(nowMillis, highWatermark).deletions() == 0) return 0;
        // the producers' state must be on disk before the records go that it could be rebuilt from
        flush.flush();
        log.replacing.lock();
        try {
            return removeSegments(nowMillis, highWatermark);
        } finally {
            log.replacing.unlock();
        }
    }

    private int removeSegments(long nowMillis, long highWatermark) throws IOException {
        log.lock.lock();
        try {
            if (log.closed) return 0;
            var plan = planRetention(nowMillis, Math.min(highWatermark, log.recoveryPoint));
            if (plan.deletions() == 0) return 0;
            if (plan.rollsFirst()) {
                roll.roll(log.end.offset());
                // the last file that says where the log has got to
                log.segments.active().create();
                for (var file : log.snapshots.takeUnforced()) flush.force(file);
                log.place.disk().forceDirectory(log.place.directory());
            }
            var gone = log.segments.list().subList(0, plan.deletions());
            log.segments = log.segments.without(plan.deletions());
            long start = log.segments.first().baseOffset();
            if (start > log.logStartOffset) log.logStartOffset = start;
            log.retired.retire(gone, nowMillis + log.config.retention().fileDeleteDelayMillis());
            // a power cut must not bring the segments back without what belongs to them
            log.place.disk().forceDirectory(log.place.directory());
            log.epochs.cutBefore(log.logStartOffset);
            log.snapshots.removeBelow(start);
            return gone.size();
        } finally {
            log.lock.unlock();
        }
    }

    private Retention.Plan planRetention(long nowMillis, long highWatermark) throws IOException {
        return new Retention(log.config.retention(), nowMillis, highWatermark, log.logStartOffset)
                .plan(log.segments, log.end.offset());
    }

    /// Removes deleted segments whose delay has passed.
    void removeDeletedFiles(long nowMillis) throws IOException {
        log.retired.removeDue(nowMillis);
    }
}
