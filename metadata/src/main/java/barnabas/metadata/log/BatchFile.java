package barnabas.metadata.log;

import barnabas.base.DiskFile;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Walks over the batches of a file from a position on. Nothing in the file is trusted before its CRC was checked.
/// Owned by one thread.
final class BatchFile {
    private static final int BUFFER_BYTES = 1 << 16;
    /// No batch that we or Kafka write is larger; a length beyond is garbage.
    static final int BATCH_BYTES_MAX = 64 << 20;

    private final DiskFile file;
    private final long sizeBytes;
    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private long bufferStart;
    private long position;

    BatchFile(DiskFile file, long position) throws IOException {
        this.file = file;
        this.sizeBytes = file.sizeBytes();
        this.position = position;
        this.bufferStart = position;
    }

    /// The next batch, which is valid until the next call; null at the end of the file or where the bytes are no whole
    /// batch.
    @Nullable
    RecordBatch next() throws IOException {
        if (!fill(RecordBatch.HEADER_BYTES)) return null;
        int start = (int) (position - bufferStart);
        int size = RecordBatch.at(buffer, start).sizeBytes();
        if (size < RecordBatch.HEADER_BYTES || size > BATCH_BYTES_MAX || !fill(size)) return null;
        var batch = RecordBatch.at(buffer, (int) (position - bufferStart));
        if (batch.magic() != RecordBatch.MAGIC || !batch.crcMatches()) return null;
        position += size;
        return batch;
    }

    /// Start of the next batch: after [#next] gave null, the end of the valid part.
    long position() {
        return position;
    }

    boolean atEnd() {
        return position == sizeBytes;
    }

    /// Goes on looking for a batch at a position of the caller's choice.
    void skipTo(long newPosition) {
        position = newPosition;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /// Makes the buffer hold `bytes` bytes from `position` on; false when the file has fewer.
    private boolean fill(int bytes) throws IOException {
        if (position + bytes > sizeBytes) return false;
        if (position >= bufferStart && position + bytes <= bufferStart + buffer.limit()) return true;
        if (buffer.capacity() < bytes) buffer = ByteBuffer.allocate(Math.max(bytes, BUFFER_BYTES));
        buffer.clear();
        bufferStart = position;
        file.read(buffer, position);
        buffer.flip();
        return buffer.limit() >= bytes;
    }
}
