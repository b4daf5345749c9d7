package barnabas.metadata.log;

import barnabas.base.DiskFile;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Looks for whole batches behind damaged bytes, where the start of the next one is unknown. Reads the file in
/// large pieces, and a batch only where a header could be one. Owned by one thread.
final class FollowingBatches {
    private static final int WINDOW_BYTES = 1 << 20;
    /// Bytes whose CRC is computed at most. Beyond that the file is full of what looks like batches.
    private static final long CHECKED_BYTES_MAX = 1L << 30;

    private final DiskFile file;
    private final long sizeBytes;
    private final long endOffset;
    private final int epochMin;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
    private long windowStart;
    private long position;
    private long checkedBytes;

    /// @param from the first byte where a batch may begin
    /// @param endOffset of the log before the damage: batches behind it have higher offsets
    /// @param epochMin of batches behind the damage
    FollowingBatches(DiskFile file, long from, long endOffset, int epochMin) throws IOException {
        this.file = file;
        this.sizeBytes = file.sizeBytes();
        this.endOffset = endOffset;
        this.epochMin = epochMin;
        this.position = from;
        this.windowStart = from;
    }

    /// @param position of the batch in the file
    record Following(long position, RecordBatch batch) {}

    /// The next whole batch; null when there is none.
    @Nullable
    Following next() throws IOException {
        for (; position + RecordBatch.HEADER_BYTES <= sizeBytes; position++) {
            int at = headerAt();
            if (at < 0 || !isPlausible(RecordBatch.at(window, at))) continue;
            int size = RecordBatch.at(window, at).sizeBytes();
            checkedBytes += size;
            if (checkedBytes > CHECKED_BYTES_MAX)
                throw new IOException("too much behind byte " + position + " looks like batches");
            var bytes = ByteBuffer.allocate(size);
            if (file.read(bytes, position) < size) continue;
            var batch = RecordBatch.at(bytes.clear(), 0);
            if (!batch.crcMatches()) continue;
            var found = new Following(position, batch);
            position += size;
            return found;
        }
        return null;
    }

    private boolean isPlausible(RecordBatch header) {
        long size = header.sizeBytes();
        return header.magic() == RecordBatch.MAGIC
                && size >= RecordBatch.HEADER_BYTES
                && size <= Math.min(BatchFile.BATCH_BYTES_MAX, sizeBytes - position)
                && header.baseOffset() > endOffset
                && header.baseOffset() - endOffset <= sizeBytes
                && header.lastOffsetDelta() >= 0
                && header.leaderEpoch() >= epochMin;
    }

    /// Index in the window of the bytes at the present position; -1 when the file has become shorter.
    private int headerAt() throws IOException {
        long at = position - windowStart;
        if (at + RecordBatch.HEADER_BYTES > window.limit()) {
            window.clear();
            int read = file.read(window, position);
            window.position(0).limit(read);
            windowStart = position;
            at = 0;
        }
        return at + RecordBatch.HEADER_BYTES <= window.limit() ? (int) at : -1;
    }
}
