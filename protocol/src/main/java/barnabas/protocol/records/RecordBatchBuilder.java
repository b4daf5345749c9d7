package barnabas.protocol.records;

import barnabas.protocol.compression.Compression;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects records into one batch. Owned by one thread; one builder makes one batch.
public class RecordBatchBuilder {
    public RecordBatchBuilder(Compression compression) {
        throw new UnsupportedOperationException();
    }

    public RecordBatchBuilder baseOffset(long offset) {
        throw new UnsupportedOperationException();
    }

    public RecordBatchBuilder leaderEpoch(int epoch) {
        throw new UnsupportedOperationException();
    }

    public RecordBatchBuilder producer(long producerId, short producerEpoch, int baseSequence) {
        throw new UnsupportedOperationException();
    }

    public RecordBatchBuilder transactional() {
        throw new UnsupportedOperationException();
    }

    /// Gives all records this timestamp and marks the batch LogAppendTime.
    public RecordBatchBuilder logAppendTime(long timestampMillis) {
        throw new UnsupportedOperationException();
    }

    public RecordBatchBuilder append(long timestampMillis, byte @Nullable [] key, byte @Nullable [] value) {
        throw new UnsupportedOperationException();
    }

    public RecordBatchBuilder append(
            long timestampMillis, @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<RecordHeader> headers) {
        throw new UnsupportedOperationException();
    }

    public int recordCount() {
        throw new UnsupportedOperationException();
    }

    /// What the batch would take uncompressed so far: an upper bound of the built size up to a few bytes that a
    /// codec
    /// adds.
    public int uncompressedSizeBytes() {
        throw new UnsupportedOperationException();
    }

    /// The batch from position 0 to the limit of a new buffer.
    public ByteBuffer build() {
        throw new UnsupportedOperationException();
    }
}
