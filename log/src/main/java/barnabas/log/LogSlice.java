package barnabas.log;

import barnabas.base.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Consecutive bytes of one segment that start with the batch that holds the wanted offset. The last batch may
/// be cut,
/// as in
/// Kafka. The bytes stay readable until [#close], also when the segment is deleted meanwhile. Owned by whoever
/// asked
/// for it.
public non-sealed class LogSlice implements ReadResult, AutoCloseable {
    private LogSlice() {}

    /// Null when the slice is empty.
    public @Nullable DiskFile file() {
        throw new UnsupportedOperationException();
    }

    /// Where the slice starts in [#file].
    public long position() {
        throw new UnsupportedOperationException();
    }

    /// 0 when there is nothing between the wanted offset and the upper bound.
    public int sizeBytes() {
        throw new UnsupportedOperationException();
    }

    /// The offset that was asked for.
    public long offset() {
        throw new UnsupportedOperationException();
    }

    /// No record at or after this offset is in the slice (not the smallest such offset). For
    /// [PartitionLog#abortedTransactions].
    public long endOffsetBound() {
        throw new UnsupportedOperationException();
    }

    /// True when the bytes were appended so recently that they are surely in the page cache: such a slice may
    /// be sent
    /// from an event
    /// loop, others belong on the disk pool.
    public boolean recentlyAppended() {
        throw new UnsupportedOperationException();
    }

    /// The bytes in a new heap buffer.
    public ByteBuffer copy() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
