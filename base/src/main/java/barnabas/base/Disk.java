package barnabas.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The file seam. One implementation on the real file system ([FileDisk]); tests use implementations that tear
/// writes, forget what was not forced, or run full.
public interface Disk {
    /// Opens for reading and writing; creates the file when it is missing.
    DiskFile open(Path file) throws IOException;

    /// Opens an existing file for reading and writing; fails when there is none.
    DiskFile openExisting(Path file) throws IOException;

    /// Opens an existing file for reading only.
    DiskFile openReadOnly(Path file) throws IOException;

    /// The whole of a small file; empty when it is missing, larger than `bytesMax`, or becomes shorter meanwhile.
    default Optional<ByteBuffer> readWhole(Path path, int bytesMax) throws IOException {
        if (!exists(path)) return Optional.empty();
        try (DiskFile file = openReadOnly(path)) {
            long size = file.sizeBytes();
            if (size > bytesMax) return Optional.empty();
            var bytes = ByteBuffer.allocate((int) size);
            return file.read(bytes, 0) < size ? Optional.empty() : Optional.of(bytes.flip());
        }
    }

    boolean exists(Path path);

    /// The size of a file; fails when there is none.
    long sizeBytes(Path file) throws IOException;

    /// When the file's content, or the names in the directory, were last changed, in milliseconds since the epoch.
    long lastModifiedMillis(Path path) throws IOException;

    /// Entries directly under `directory`, sorted by name; empty when there is no such directory.
    List<Path> list(Path directory) throws IOException;

    boolean isDirectory(Path path);

    void createDirectories(Path directory) throws IOException;

    /// Replaces `target` atomically.
    void rename(Path source, Path target) throws IOException;

    /// Deletes a file or an empty directory if it is there.
    void delete(Path path) throws IOException;

    /// Makes creations, renames and deletions inside `directory` durable.
    ///
    /// @throws ForceFailed when the force failed; any other error came before it and lost nothing
    void forceDirectory(Path directory) throws IOException;

    /// Locks a file (created when missing) against other processes and other callers in this one, until the result
    /// is closed or the process ends. Empty when another holder has it.
    Optional<Closeable> tryLock(Path file) throws IOException;

    /// Bytes that can still be written to the file system that holds `path`.
    long usableBytes(Path path) throws IOException;

    /// The size of the file system that holds `path`, in bytes.
    long totalBytes(Path path) throws IOException;
}
