package barnabas.base;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The file seam. One implementation on the real file system ([FileDisk]); tests use implementations that tear
/// writes,
/// forget what was not forced, or run full.
public interface Disk {
    /// Opens for reading and writing; creates the file when it is missing.
    DiskFile open(Path file) throws IOException;

    /// Opens an existing file for reading only.
    DiskFile openReadOnly(Path file) throws IOException;

    boolean exists(Path path);

    /// Entries directly under `directory`, sorted by name; empty when there is no such directory.
    List<Path> list(Path directory) throws IOException;

    boolean isDirectory(Path path);

    void createDirectories(Path directory) throws IOException;

    /// Replaces `target` atomically.
    void rename(Path source, Path target) throws IOException;

    /// Deletes a file or an empty directory if it is there.
    void delete(Path path) throws IOException;

    /// Makes creations, renames and deletions inside `directory` durable.
    void forceDirectory(Path directory) throws IOException;

    /// Bytes that can still be written to the file system that holds `path`.
    long usableBytes(Path path) throws IOException;
}
