package barnabas.log.partition;

import barnabas.log.AbortedTransaction;
import barnabas.log.batches.UnpackedLimits;
import barnabas.log.compaction.AbortedFilter;
import barnabas.log.compaction.AbortedFilter.MarkerVerdict;
import barnabas.log.compaction.CompactionEnvironment;
import barnabas.log.compaction.LatestOffsets;
import barnabas.log.file.LogFiles;
import barnabas.log.producers.LastProducerBatches;
import barnabas.log.segment.Segment;
import barnabas.log.segment.Segments;
import barnabas.log.segment.StoredBatches;
import barnabas.protocol.records.BatchThinning;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Rewrites segments as one, without the records that compaction removes. Called for one group of segments after
/// the other, in the order of the log.
final class SegmentRewrite {
    private final LogState log;
    private final CompactionEnvironment means;
    private final LastProducerBatches traces;
    private final LatestOffsets keys;
    private final long nowMillis;
    private final long deleteHorizon;
    private final BatchThinning thinning;
    private final AbortedFilter sieve = new AbortedFilter();
    private final ByteBuffer buffer;

    private Segment target;
    private boolean changed;
    private long bytesRead;
    private long writtenUpTo;

    /// @param changed something of the originals is missing or different
    /// @param complete false when it was time to stop: there is nothing to use
    record Written(Segment segment, boolean changed, long bytesRead, boolean complete) {}

    SegmentRewrite(LogState log, CompactionEnvironment means, LastProducerBatches traces, long nowMillis) {
        this.log = log;
        this.means = means;
        this.traces = traces;
        this.keys = means.keys();
        this.nowMillis = nowMillis;
        long retention = log.config().compaction().deleteRetentionMillis();
        this.deleteHorizon = retention > Long.MAX_VALUE - nowMillis ? Long.MAX_VALUE : nowMillis + retention;
        var limits = UnpackedLimits.ofStored();
        this.thinning = new BatchThinning(limits.batchBytes(), limits.recordBytes());
        this.buffer = ByteBuffer.allocate(means.bufferBytes());
        this.target = log.segments().first();
    }

    /// The segment is on disk when this returns, under names that end in `.cleaned`. When it throws, there is none.
    Written write(Segments segments, int from, int to, long logEndOffset) throws IOException {
        target = log.place().newSegment(segments.at(from).baseOffset(), 0, LogFiles.CLEANED);
        changed = false;
        bytesRead = 0;
        writtenUpTo = target.baseOffset() - 1;
        boolean complete = false;
        try {
            // a compaction that was stopped may have left one
            target.delete();
            target = log.place().newSegment(target.baseOffset(), 0, LogFiles.CLEANED);
            for (int i = from; i < to; i++) {
                var segment = segments.at(i);
                sieve.announce(LogCompaction.abortedIn(log, segment.baseOffset(), segments.endOf(i, logEndOffset)));
                if (!copy(segment, i == to - 1)) return new Written(target, changed, bytesRead, false);
            }
            drain();
            target.complete();
            flush();
            complete = true;
            return new Written(target, changed, bytesRead, true);
        } finally {
            if (!complete) target.delete();
        }
    }

    private void flush() throws IOException {
        try {
            target.flush();
        } catch (IOException failed) {
            log.place().health().report(failed);
            throw failed;
        }
    }

    private boolean copy(Segment segment, boolean last) throws IOException {
        var file = segment.log().acquire();
        try {
            var batches = new StoredBatches(file, 0, segment.sizeBytes(), segment.baseOffset(), means.bufferBytes());
            long size = segment.sizeBytes();
            while (batches.next()) {
                int batchBytes = batches.header().sizeBytes();
                bytesRead += batchBytes;
                if (log.isClosed() || !means.rate().spend(batchBytes)) return false;
                var batch = LogCompaction.sound(log, segment, batches);
                copy(batch);
                boolean isLast = last && batches.position() + batchBytes == size;
                // segments join without a gap, so that a segment that is lost will be missed
                if (isLast && writtenUpTo < batch.lastOffset()) add(BatchThinning.placeholder(batch));
            }
            if (!batches.atEnd()) throw LogCompaction.damaged(log, segment, batches.position(), "no batch");
            return true;
        } catch (InvalidRecordsException unreadable) {
            throw new IOException(segment.log().path() + ": " + unreadable.getMessage(), unreadable);
        } finally {
            segment.log().release();
        }
    }

    private void copy(RecordBatch batch) throws IOException, InvalidRecordsException {
        boolean known = batch.baseOffset() <= keys.latest();
        if (batch.isControl()) {
            copyMarker(batch, known);
        } else if (sieve.isAborted(batch) && known) {
            empty(batch);
        } else if (!known) {
            add(batch.bytes());
        } else {
            switch (thinning.thin(batch, record -> stays(batch, record), deleteHorizon)) {
                case BatchThinning.Outcome.Unchanged() -> add(batch.bytes());
                case BatchThinning.Outcome.Thinned(var thinner, var _) -> {
                    changed = true;
                    add(thinner);
                }
                case BatchThinning.Outcome.Emptied() -> empty(batch);
            }
        }
    }

    private boolean stays(RecordBatch batch, RecordCursor record) {
        if (record.offset() > keys.latest()) return true;
        if (!record.hasKey()) return false;
        record.readKey(means.hash());
        if (record.offset() < keys.offsetOf(means.hash().high(), means.hash().low())) return false;
        return record.hasValue() || !isPastHorizon(batch);
    }

    private boolean isPastHorizon(RecordBatch batch) {
        return batch.hasDeleteHorizon() && batch.baseTimestamp() <= nowMillis;
    }

    /// A batch without records goes, unless a producer is remembered by it.
    private void empty(RecordBatch batch) throws IOException {
        if (batch.recordCount() > 0 || !traces.keeps(batch)) changed = true;
        if (!traces.keeps(batch)) return;
        add(batch.recordCount() == 0 ? batch.bytes() : BatchThinning.emptied(batch));
    }

    private void copyMarker(RecordBatch batch, boolean known) throws IOException, InvalidRecordsException {
        switch (sieve.marker(batch)) {
            case MarkerVerdict.Needed(var ended) -> {
                for (var each : ended)
                    target.aborted()
                            .add(new AbortedTransaction(
                                    each.producerId(), each.firstOffset(), each.lastOffset(), each.lastStableOffset()));
                add(batch.bytes());
            }
            case MarkerVerdict.Orphaned() -> {
                if (!known || traces.keeps(batch)) {
                    add(batch.bytes());
                } else if (!batch.hasDeleteHorizon() && batch.recordCount() > 0) {
                    changed = true;
                    add(thinning.dated(batch, deleteHorizon));
                } else if (batch.hasDeleteHorizon() && !isPastHorizon(batch)) {
                    add(batch.bytes());
                } else {
                    changed = true;
                }
            }
        }
    }

    private void add(ByteBuffer bytes) throws IOException {
        int size = bytes.remaining();
        if (size > buffer.remaining()) drain();
        long position = target.sizeBytes() + buffer.position();
        if (position + size > Integer.MAX_VALUE)
            throw new IOException(log.place().partition() + ": the compacted segment " + target.baseOffset()
                    + " would be larger than a position can say");
        var batch = RecordBatch.at(bytes, bytes.position());
        target.index(batch, position, log.config().segments().indexIntervalBytes());
        target.writeLargeTails();
        writtenUpTo = batch.lastOffset();
        if (size > buffer.capacity()) writeOut(bytes);
        else buffer.put(bytes.duplicate());
    }

    private void drain() throws IOException {
        if (buffer.position() == 0) return;
        writeOut(buffer.flip());
        buffer.clear();
    }

    private void writeOut(ByteBuffer bytes) throws IOException {
        // the limit counts reads and writes together
        var _ = means.rate().spend(bytes.remaining());
        target.write(bytes);
    }
}
