package barnabas.log;

import barnabas.base.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Consecutive bytes of one segment that start with the batch that holds the wanted offset. The last batch may be
/// cut, as in Kafka. The bytes stay readable until [#close], also when the segment is deleted meanwhile. Owned by
/// the caller that received it.
public final class LogSlice implements ReadResult, AutoCloseable {
    private final long offset;
    private final long upperBoundOffset;
    private final @Nullable Source source;
    private final @Nullable DiskFile file;
    private final long position;
    private final int sizeBytes;
    private final boolean recentlyAppended;
    private volatile @Nullable ByteBuffer loaded;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// The segment that a slice is part of.
    public interface Source {
        /// Bytes of its valid part.
        long sizeBytes();

        /// The file, held open until [#release].
        DiskFile acquire() throws IOException;

        void release() throws IOException;

        /// Offset of the first index entry at or after a byte of the file; -1 without one, or when the entry is wrong.
        long indexedOffsetFrom(long position) throws IOException;
    }

    private LogSlice(
            long offset,
            long upperBoundOffset,
            @Nullable Source source,
            @Nullable DiskFile file,
            long position,
            int sizeBytes,
            boolean recentlyAppended) {
        this.offset = offset;
        this.upperBoundOffset = upperBoundOffset;
        this.source = source;
        this.file = file;
        this.position = position;
        this.sizeBytes = sizeBytes;
        this.recentlyAppended = recentlyAppended;
    }

    public static LogSlice empty(long offset, long upperBoundOffset) {
        return new LogSlice(offset, upperBoundOffset, null, null, 0, 0, true);
    }

    /// Takes over the caller's hold on the segment's file.
    public static LogSlice of(
            long offset,
            long upperBoundOffset,
            Source source,
            DiskFile file,
            long position,
            int sizeBytes,
            boolean recentlyAppended) {
        return new LogSlice(offset, upperBoundOffset, source, file, position, sizeBytes, recentlyAppended);
    }

    /// Null when the slice is empty.
    public @Nullable DiskFile file() {
        return file;
    }

    /// Start of the slice in [#file].
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

    /// Null when the slice is empty.
    public @Nullable Source source() {
        return source;
    }

    /// True when the bytes were appended so recently that they are surely in the page cache: such a slice may be sent
    /// from an event loop, others belong on the disk pool.
    public boolean recentlyAppended() {
        return recentlyAppended;
    }

    /// Reads the bytes, so that sending them does not wait for the disk: they are in the page cache then or, where
    /// the file has no channel to send from, in [#loaded]. For threads that may wait.
    ///
    /// @param scratch for bytes that pass through; its content is lost
    public void load(ByteBuffer scratch) throws IOException {
        if (file == null) return;
        if (file.channel() == null) {
            var bytes = copy();
            if (bytes.limit() < sizeBytes) throw endsEarly();
            loaded = bytes;
            return;
        }
        for (int done = 0; done < sizeBytes; ) {
            scratch.clear().limit(Math.min(scratch.capacity(), sizeBytes - done));
            int read = file.read(scratch, position + done);
            if (read == 0) throw endsEarly();
            done += read;
        }
    }

    private EOFException endsEarly() {
        return new EOFException(source + " ends early, before byte " + (source == null ? 0 : source.sizeBytes()));
    }

    /// The bytes, where [#load] had to take them into memory.
    public @Nullable ByteBuffer loaded() {
        return loaded;
    }

    /// As many bytes again behind these, in the same segment: what a sequential reader asks for next. Empty when
    /// there are none.
    public LogSlice following() throws IOException {
        long from = position + sizeBytes;
        if (source == null || from >= source.sizeBytes()) return empty(offset, upperBoundOffset);
        int length = (int) Math.min(sizeBytes, source.sizeBytes() - from);
        var acquired = source.acquire();
        return new LogSlice(offset, upperBoundOffset, source, acquired, from, length, false);
    }

    /// True when this slice begins inside `before` or right behind it.
    @SuppressWarnings("ReferenceEquality") // the same segment, not an equal one
    public boolean continues(LogSlice before) {
        return source != null
                && source == before.source
                && position > before.position
                && position <= before.position + before.sizeBytes;
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
        if (source == null || !closed.compareAndSet(false, true)) return;
        loaded = null;
        try {
            source.release();
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
