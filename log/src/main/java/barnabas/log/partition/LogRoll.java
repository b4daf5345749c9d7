package barnabas.log.partition;

import barnabas.log.LogConfig;
import barnabas.log.segment.Segments;
import java.io.IOException;
import java.util.List;

/// Begins new segments.
record LogRoll(LogState log, LogFlush flush) {
    void rollIfFull(int bytes, long firstOffset, long lastOffset, long maxTimestamp, LogConfig used, long now)
            throws IOException {
        var active = log.segments().active();
        var limits = used.segments();
        if (active.sizeBytes() == 0 && active.fits(lastOffset)) return;
        boolean full = active.sizeBytes() + bytes > limits.bytes()
                || log.isOlderThanSegment(active.ageMillis(now, maxTimestamp), used)
                || active.isIndexFull(limits.indexBytes())
                || !active.fits(lastOffset);
        if (!full) return;
        // a follower of a compacted log may have to step over more offsets than one segment can count
        roll(lastOffset - log.endOffset() <= Integer.MAX_VALUE ? log.endOffset() : firstOffset);
    }

    void roll(long base) throws IOException {
        var old = log.segments().active();
        old.complete();
        log.takeSnapshot(base);
        log.nameAdded();
        var fresh = log.place().newSegment(base, 0);
        if (fresh.log().exists()) fresh.cut(0, base);
        if (old.sizeBytes() == 0) {
            // nothing but a first batch too far from its base: an empty segment is not worth keeping
            fresh.create();
            log.rolled(
                    log.segments().count() == 1
                            ? Segments.of(List.of(fresh))
                            : log.segments().upTo(log.segments().count() - 1).with(fresh));
            old.delete();
        } else {
            log.rolled(log.segments().with(fresh));
        }
        log.place().environment().background().execute(() -> flush.flushUpTo(base));
    }

    /// Closes the active segment if it has reached its age, so that retention and compaction can take it.
    void rollIfDue(long nowMillis) throws IOException {
        log.lock.lock();
        try {
            var active = log.segments().active();
            if (log.isClosed() || active.sizeBytes() == 0 || log.hasUnfinishedChange() || log.isFenced()) return;
            if (log.isOlderThanSegment(active.ageMillis(nowMillis, nowMillis), log.config())) roll(log.endOffset());
        } finally {
            log.lock.unlock();
        }
    }
}
