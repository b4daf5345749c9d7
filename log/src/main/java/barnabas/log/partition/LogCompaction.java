package barnabas.log.partition;

import barnabas.base.Check;
import barnabas.log.batches.UnpackedLimits;
import barnabas.log.compaction.AbortedFilter;
import barnabas.log.compaction.CompactionEnvironment;
import barnabas.log.compaction.CompactionResult;
import barnabas.log.producers.LastProducerBatches;
import barnabas.log.producers.ProducerReplay;
import barnabas.log.segment.Segment;
import barnabas.log.segment.StoredBatches;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// Compacts a log: one pass over its dirty part collects the newest offset of each key, a second one over
/// everything from the start rewrites the segments, a few into one, without records that a newer one shadows. Runs
/// beside appends and reads; used once.
final class LogCompaction {
    private final LogState log;
    private final LogFlush flush;
    private final CompactionEnvironment means;
    private final CompactionPlan plan;
    private final long nowMillis;
    private long bytesRead;

    LogCompaction(LogState log, LogFlush flush, CompactionEnvironment means, CompactionPlan plan, long nowMillis) {
        this.log = log;
        this.flush = flush;
        this.means = means;
        this.plan = plan;
        this.nowMillis = nowMillis;
    }

    CompactionResult run() throws IOException {
        Set<Long> producers;
        List<Long> snapshots;
        long truncations;
        log.finishEarlierChange();
        log.lockUnfenced();
        try {
            if (log.isClosed()) return new CompactionResult.Abandoned();
            producers = log.producers().ids();
            snapshots = log.snapshots().upTo(plan.firstUncleanableOffset());
            truncations = log.truncations();
        } finally {
            log.lock.unlock();
        }
        // as of where compaction ends, not of the log's end: what lies between may be truncated
        var traces = LastProducerBatches.of(
                ProducerReplay.at(log.place(), plan.segments(), snapshots, plan.firstUncleanableOffset()), producers);
        // what a producer is remembered by must be on disk before older batches of it go
        flush.flush();
        means.keys().clear();
        try {
            if (!collectKeys()) return new CompactionResult.Abandoned();
            long end = means.keys().latest() + 1;
            // whatever records said: the active segment takes appends while others are rewritten
            Check.that(
                    end <= plan.firstUncleanableOffset(),
                    "compaction up to %d crosses %d",
                    end,
                    plan.firstUncleanableOffset());
            long before = 0;
            long after = 0;
            var rewrite = new SegmentRewrite(log, means, traces, nowMillis);
            var segments = plan.segments();
            for (int from = 0; from < segments.count() && segments.at(from).baseOffset() < end; ) {
                int to = endOfGroup(from, end);
                Check.that(to < segments.count(), "the active segment is in a group that is rewritten");
                var group = segments.list().subList(from, to);
                var written = rewrite.write(segments, from, to, plan.logEndOffset());
                bytesRead += written.bytesRead();
                if (!written.complete()) return new CompactionResult.Abandoned();
                for (var segment : group) before += segment.sizeBytes();
                after += written.segment().sizeBytes();
                if (!settle(group, written, truncations)) return new CompactionResult.Abandoned();
                from = to;
            }
            return new CompactionResult.Compacted(
                    Math.max(plan.firstDirtyOffset(), end),
                    before,
                    after,
                    bytesRead,
                    means.keys().size(),
                    means.keys().sizeBytes());
        } finally {
            means.keys().clear();
        }
    }

    private boolean settle(List<Segment> group, SegmentRewrite.Written written, long truncations) throws IOException {
        if (!written.changed() && group.size() == 1) {
            written.segment().delete();
            return true;
        }
        return new SegmentSwap(log).swap(group, written.segment(), truncations);
    }

    /// As many segments as fit into one.
    private int endOfGroup(int from, long end) throws IOException {
        var limits = log.config().segments();
        var segments = plan.segments();
        long base = segments.at(from).baseOffset();
        long bytes = 0;
        long indexBytes = 0;
        long timeIndexBytes = 0;
        int to = from;
        // the active segment is never among them: the dirty part ends before it
        while (to < segments.count() && segments.at(to).baseOffset() < end) {
            var next = segments.at(to);
            bytes += next.sizeBytes();
            indexBytes += next.offsets().sizeBytes();
            timeIndexBytes += next.times().sizeBytes();
            boolean fits = bytes <= limits.bytes()
                    && indexBytes <= limits.indexBytes()
                    && timeIndexBytes <= limits.indexBytes()
                    && segments.endOf(to, plan.logEndOffset()) - base <= Integer.MAX_VALUE;
            if (!fits && to > from) return to;
            to++;
        }
        return to;
    }

    /// False when it is time to stop. Ends early when there is no room for another key: the rest stays dirty.
    private boolean collectKeys() throws IOException {
        var segments = plan.segments();
        long end = plan.firstUncleanableOffset();
        var sieve = new AbortedFilter();
        for (int i = Math.max(0, segments.indexOf(plan.firstDirtyOffset())); i < segments.count(); i++) {
            var segment = segments.at(i);
            if (segment.baseOffset() >= end) break;
            long segmentEnd = segments.endOf(i, plan.logEndOffset());
            sieve.announce(abortedIn(log, segment.baseOffset(), segmentEnd));
            var collected = collectKeys(segment, end, sieve);
            if (collected != Collected.ALL) return collected == Collected.ENOUGH;
            means.keys().reached(Math.min(end, segmentEnd) - 1);
        }
        return true;
    }

    static List<AbortedFilter.Aborted> abortedIn(LogState log, long from, long to) throws IOException {
        return log.view().aborted(from, to).stream()
                .map(each -> new AbortedFilter.Aborted(
                        each.producerId(), each.firstOffset(), each.lastOffset(), each.lastStableOffset()))
                .toList();
    }

    private enum Collected {
        ALL,
        /// There is no room for more, or what follows is not to be touched.
        ENOUGH,
        STOPPED
    }

    private Collected collectKeys(Segment segment, long end, AbortedFilter sieve) throws IOException {
        var file = segment.log().acquire();
        try {
            var batches = new StoredBatches(file, 0, segment.sizeBytes(), segment.baseOffset(), means.bufferBytes());
            while (batches.next()) {
                if (batches.header().lastOffset() >= end) {
                    // the high watermark of a replica may lie inside a batch
                    means.keys().reached(Math.min(end, batches.header().baseOffset()) - 1);
                    return Collected.ENOUGH;
                }
                int size = batches.header().sizeBytes();
                bytesRead += size;
                if (log.isClosed() || !means.rate().spend(size)) return Collected.STOPPED;
                var batch = sound(log, segment, batches);
                if (!collectKeys(batch, sieve)) return Collected.ENOUGH;
            }
            if (!batches.atEnd()) throw damaged(log, segment, batches.position(), "no batch");
            return Collected.ALL;
        } catch (InvalidRecordsException unreadable) {
            throw new IOException(segment.log().path() + ": " + unreadable.getMessage(), unreadable);
        } finally {
            segment.log().release();
        }
    }

    /// The present batch with its records, whose CRC is right.
    static RecordBatch sound(LogState log, Segment segment, StoredBatches batches) throws IOException {
        if (!batches.crcMatches()) throw damaged(log, segment, batches.header().baseOffset(), "a wrong CRC");
        return batches.whole();
    }

    static IOException damaged(LogState log, Segment segment, long where, String what) {
        return new IOException(log.place().partition() + ": " + what + " at " + where + " in "
                + segment.log().path());
    }

    private boolean collectKeys(RecordBatch batch, AbortedFilter sieve) throws InvalidRecordsException {
        var keys = means.keys();
        if (batch.isControl()) {
            var _ = sieve.marker(batch);
        } else if (!sieve.isAborted(batch) && batch.lastOffset() >= plan.firstDirtyOffset()) {
            var limits = UnpackedLimits.ofStored();
            try (var records = RecordCursor.over(batch, limits.batchBytes(), limits.recordBytes())) {
                while (records.next()) {
                    if (!records.hasKey() || records.offset() < plan.firstDirtyOffset()) continue;
                    records.readKey(means.hash());
                    if (!keys.put(means.hash().high(), means.hash().low(), records.offset())) return false;
                }
            }
        }
        if (batch.lastOffset() >= plan.firstDirtyOffset()) keys.reached(batch.lastOffset());
        return true;
    }
}
