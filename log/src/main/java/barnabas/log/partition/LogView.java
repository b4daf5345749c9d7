package barnabas.log.partition;

import barnabas.base.DiskFile;
import barnabas.log.AbortedTransaction;
import barnabas.log.LogSlice;
import barnabas.log.ReadResult;
import barnabas.log.segment.Segment;
import barnabas.log.segment.Segments;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A log as one reader sees it: an immutable list of segments and the end that was published with it. Made for
/// every read.
///
/// @param warmFrom where in the active segment the bytes begin that this process has appended itself
record LogView(Segments segments, LogEnd end, long logStartOffset, RecentBatches recent, long warmFrom) {
    /// Bytes appended last that are assumed to be in the page cache.
    private static final long WARM_BYTES = 8 << 20;

    /// The bytes of a batch that contain its size.
    private static final int SIZE_BYTES = RecordBatch.LOG_OVERHEAD_BYTES;

    ReadResult read(long offset, int maxBytes, boolean minOneBatch, long upperBoundOffset) throws IOException {
        if (offset < logStartOffset || offset > end.offset())
            return new ReadResult.OutOfRange(logStartOffset, end.offset());
        long bound = Math.min(upperBoundOffset, end.offset());
        if (offset >= bound || (maxBytes <= 0 && !minOneBatch)) return LogSlice.empty(offset, bound);
        int first = segments.indexOf(offset);
        if (first < 0) return new ReadResult.OutOfRange(segments.first().baseOffset(), end.offset());
        for (int i = first; i < segments.count(); i++) {
            var segment = segments.at(i);
            if (segment.baseOffset() >= bound || segment.baseOffset() > end.segmentBaseOffset()) break;
            // each slice of an answer holds a file open until the client has read it
            if (!minOneBatch && segment.log().isBeyondLimit()) break;
            var slice = readFrom(segment, segments.endOf(i, end.offset()), offset, maxBytes, minOneBatch, bound);
            if (slice != null) return slice;
            // the offset lies in a gap at the end of this segment
        }
        return LogSlice.empty(offset, bound);
    }

    /// True when a read at this offset will not wait for the disk: what it needs was appended not long ago, or it
    /// needs nothing.
    boolean isRecent(long offset, long upperBoundOffset) {
        if (offset < logStartOffset || offset >= Math.min(upperBoundOffset, end.offset())) return true;
        long active = end.segmentBaseOffset();
        if (offset < active) return false;
        return recent.positionOf(active, offset) >= 0
                || recent.covers(active, offset, Math.max(warmFrom, end.position() - WARM_BYTES));
    }

    /// Null when the segment has no batch that reaches to the offset.
    private @Nullable LogSlice readFrom(
            Segment segment, long segmentEnd, long offset, int maxBytes, boolean minOneBatch, long bound)
            throws IOException {
        long endPosition = endPositionOf(segment);
        var file = segment.log().acquire();
        boolean handedOver = false;
        try {
            long position = positionOf(segment, file, offset, endPosition);
            if (position < 0) return null;
            long limit = bound >= segmentEnd ? endPosition : positionOf(segment, file, bound, endPosition);
            if (limit < 0) limit = endPosition;
            long available = limit - position;
            if (available <= 0) return LogSlice.empty(offset, bound);
            long length = Math.min(available, Math.max(0, maxBytes));
            if (length < available) {
                long firstBatch = Math.min(available, batchSizeAt(file, position));
                if (length < firstBatch) length = minOneBatch ? firstBatch : 0;
            }
            if (length == 0) return LogSlice.empty(offset, bound);
            handedOver = true;
            return LogSlice.of(offset, bound, segment, file, position, (int) length, isWarm(segment, position));
        } finally {
            if (!handedOver) segment.log().release();
        }
    }

    private boolean isWarm(Segment segment, long position) {
        return segment.baseOffset() == end.segmentBaseOffset()
                && position >= Math.max(warmFrom, end.position() - WARM_BYTES);
    }

    /// End of the part of the segment that this view may see.
    private long endPositionOf(Segment segment) {
        return segment.baseOffset() == end.segmentBaseOffset() ? end.position() : segment.sizeBytes();
    }

    private long positionOf(Segment segment, DiskFile file, long offset, long endPosition) throws IOException {
        int known = recent.positionOf(segment.baseOffset(), offset);
        if (known >= 0 && known < endPosition) return known;
        var found = segment.positionOf(file, offset, endPosition);
        return found.isPresent() ? found.getAsInt() : -1;
    }

    private static long batchSizeAt(DiskFile file, long position) throws IOException {
        var header = ByteBuffer.allocate(SIZE_BYTES);
        if (file.read(header, position) < SIZE_BYTES)
            throw new IOException("file ends inside the batch at " + position);
        return header.getInt(8) + (long) RecordBatch.LOG_OVERHEAD_BYTES;
    }

    /// Aborted transactions that reach into the offsets `from` (inclusive) to `to`.
    List<AbortedTransaction> aborted(long from, long to) throws IOException {
        var found = new ArrayList<AbortedTransaction>();
        for (int i = Math.max(0, segments.indexOf(from)); i < segments.count(); i++) {
            var index = segments.at(i).aborted();
            int count = index.entries();
            for (int n = count == 0 ? 0 : index.floor(from - 1) + 1; n < count; n++) {
                var transaction = index.at(n);
                if (transaction.firstOffset() < to) found.add(transaction);
                // everything that was open below this offset has ended, so no later marker aborts anything below it
                if (transaction.lastStableOffset() >= to) return found;
            }
        }
        return found;
    }

    /// An offset that lies behind all records of the slice, near to its end.
    long endOffsetOf(LogSlice slice) throws IOException {
        var source = slice.source();
        if (source == null) return slice.offset();
        long after = source.indexedOffsetFrom(slice.position() + slice.sizeBytes());
        long bound = slice.endOffsetBound();
        if (after >= 0) return Math.min(bound, after);
        int index = segments.indexOf(slice.offset());
        return index < 0 ? bound : Math.min(bound, segments.endOf(index, end.offset()));
    }
}
