package barnabas.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// One open file. Positions are absolute; there is no cursor, so threads may read while one thread writes.
public interface DiskFile extends Closeable {
    long sizeBytes() throws IOException;

    /// Reads until `target` is full or the file ends; returns the bytes read, 0 at the end.
    int read(ByteBuffer target, long position) throws IOException;

    /// Writes all of `source` at `position`.
    void write(ByteBuffer source, long position) throws IOException;

    void truncate(long sizeBytes) throws IOException;

    /// Returns when all earlier writes are on stable storage (`fdatasync`).
    void force() throws IOException;

    /// The channel for zero-copy sends, or null where bytes must go through [#read] (a simulated disk).
    @Nullable
    FileChannel channel();

    @Override
    void close() throws IOException;
}
