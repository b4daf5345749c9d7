package barnabas.log;

import barnabas.base.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Consecutive bytes of one segment that start with the batch that holds the wanted offset. The last batch may be
/// cut, as in Kafka. The bytes stay readable until [#close], also when the segment is deleted meanwhile. Owned by
/// whoever asked for it.
public final class LogSlice implements ReadResult, AutoCloseable {
    private final long offset;
    private final long upperBoundOffset;
    private final @Nullable Segment segment;
    private final @Nullable DiskFile file;
    private final long position;
    private final int sizeBytes;
    private final boolean recentlyAppended;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LogSlice(
            long offset,
            long upperBoundOffset,
            @Nullable Segment segment,
            @Nullable DiskFile file,
            long position,
            int sizeBytes,
            boolean recentlyAppended) {
        this.offset = offset;
        this.upperBoundOffset = upperBoundOffset;
        this.segment = segment;
        this.file = file;
        this.position = position;
        this.sizeBytes = sizeBytes;
        this.recentlyAppended = recentlyAppended;
    }

    static LogSlice empty(long offset, long upperBoundOffset) {
        return new LogSlice(offset, upperBoundOffset, null, null, 0, 0, true);
    }

    /// Takes over the caller's hold on the segment's file.
    static LogSlice of(
            long offset,
            long upperBoundOffset,
            Segment segment,
            DiskFile file,
            long position,
            int sizeBytes,
            boolean recentlyAppended) {
        return new LogSlice(offset, upperBoundOffset, segment, file, position, sizeBytes, recentlyAppended);
    }

    /// Null when the slice is empty.
    public @Nullable DiskFile file() {
        return file;
    }

    /// Where the slice starts in [#file].
    public long position() {
        return position;
    }

    /// 0 when there is nothing between the wanted offset and the upper bound.
    public int sizeBytes() {
        return sizeBytes;
    }

    public boolean isEmpty() {
        return sizeBytes == 0;
    }

    /// The offset that was asked for.
    public long offset() {
        return offset;
    }

    /// No record at or after this offset is in the slice: the bound that the read was given, or the end of the log if
    /// that was lower.
    public long endOffsetBound() {
        return upperBoundOffset;
    }

    @Nullable
    Segment segment() {
        return segment;
    }

    /// True when the bytes were appended so recently that they are surely in the page cache: such a slice may be sent
    /// from an event loop, others belong on the disk pool.
    public boolean recentlyAppended() {
        return recentlyAppended;
    }

    /// The bytes in a new heap buffer.
    public ByteBuffer copy() throws IOException {
        var bytes = ByteBuffer.allocate(sizeBytes);
        if (file != null) file.read(bytes, position);
        return bytes.flip();
    }

    /// Gives the file back. A second call does nothing.
    @Override
    public void close() {
        if (segment == null || !closed.compareAndSet(false, true)) return;
        try {
            segment.log().release();
        } catch (IOException closing) {
            // closing the last handle of a deleted file: there is nothing left to lose
            return;
        }
    }

    @Override
    public String toString() {
        return "LogSlice[from offset " + offset + ", " + sizeBytes + " bytes at " + position + "]";
    }
}
