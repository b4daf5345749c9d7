package barnabas.base;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The real file system.
public final class FileDisk implements Disk {
    @Override
    public DiskFile open(Path file) throws IOException {
        return new ChannelFile(file, FileChannel.open(file, READ, WRITE, CREATE));
    }

    @Override
    public DiskFile openExisting(Path file) throws IOException {
        return new ChannelFile(file, FileChannel.open(file, READ, WRITE));
    }

    @Override
    public DiskFile openReadOnly(Path file) throws IOException {
        return new ChannelFile(file, FileChannel.open(file, READ));
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public long sizeBytes(Path file) throws IOException {
        return Files.size(file);
    }

    @Override
    public long lastModifiedMillis(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toMillis();
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        // a third of the system calls that a directory stream makes; it does not say why it failed
        var names = new File(directory.toString()).list();
        if (names == null) {
            if (!Files.isDirectory(directory)) return List.of();
            throw reasonNotListed(directory);
        }
        Arrays.sort(names);
        var entries = new ArrayList<Path>(names.length);
        for (var name : names) entries.add(directory.resolve(name));
        return entries;
    }

    private static IOException reasonNotListed(Path directory) {
        try (DirectoryStream<Path> _ = Files.newDirectoryStream(directory)) {
            return new IOException(directory + " cannot be listed");
        } catch (IOException reason) {
            return reason;
        }
    }

    @Override
    public boolean isDirectory(Path path) {
        return Files.isDirectory(path);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory);
    }

    @Override
    public void rename(Path source, Path target) throws IOException {
        Files.move(source, target, ATOMIC_MOVE, REPLACE_EXISTING);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, READ)) {
            forceOpen(channel);
        }
    }

    private static void forceOpen(FileChannel directory) throws IOException {
        try {
            directory.force(true);
        } catch (IOException failed) {
            throw new ForceFailed(failed);
        }
    }

    @Override
    public Optional<Closeable> tryLock(Path file) throws IOException {
        var channel = FileChannel.open(file, WRITE, CREATE);
        try {
            // closing the channel gives the lock up
            if (channel.tryLock() != null) return Optional.of(channel);
        } catch (OverlappingFileLockException heldByThisProcess) {
            // the same answer as for another process
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
        channel.close();
        return Optional.empty();
    }

    /// A [java.io.File] asks the system for this disk only. A [java.nio.file.FileStore] reads the list of all mounts
    /// too; it is asked for the reason when there is nothing.
    @Override
    public long usableBytes(Path path) throws IOException {
        long bytes = path.toFile().getUsableSpace();
        return bytes > 0 ? bytes : Files.getFileStore(path).getUsableSpace();
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        long bytes = path.toFile().getTotalSpace();
        return bytes > 0 ? bytes : Files.getFileStore(path).getTotalSpace();
    }

    /// Errors of a channel have no file's name; those of opening have.
    private record ChannelFile(Path path, FileChannel channel) implements DiskFile {
        @Override
        public long sizeBytes() throws IOException {
            try {
                return channel.size();
            } catch (IOException failed) {
                throw named(failed);
            }
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            try {
                int total = 0;
                while (target.hasRemaining()) {
                    int read = channel.read(target, position + total);
                    if (read < 0) break;
                    total += read;
                }
                return total;
            } catch (IOException failed) {
                throw named(failed);
            }
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            try {
                long at = position;
                while (source.hasRemaining()) at += channel.write(source, at);
            } catch (IOException failed) {
                throw named(failed);
            }
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            try {
                channel.truncate(sizeBytes);
            } catch (IOException failed) {
                throw named(failed);
            }
        }

        @Override
        public void force() throws IOException {
            try {
                channel.force(false);
            } catch (IOException failed) {
                throw named(failed);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        private IOException named(IOException failed) {
            boolean known = failed instanceof ClosedChannelException
                    || failed instanceof InterruptedIOException
                    || failed instanceof FileSystemException;
            if (known) return failed;
            var named = new FileSystemException(path.toString(), null, failed.getMessage());
            named.initCause(failed);
            return named;
        }
    }
}
