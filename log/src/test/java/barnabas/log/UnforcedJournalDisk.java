package barnabas.log;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A planted bug: the journal's groups are acknowledged without being forced.
record UnforcedJournalDisk(Disk real) implements Disk {
    private record Unforced(DiskFile real) implements DiskFile {
        @Override
        public long sizeBytes() throws IOException {
            return real.sizeBytes();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return real.read(target, position);
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            real.write(source, position);
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            real.truncate(sizeBytes);
        }

        @Override
        public void force() {}

        @Override
        public @Nullable FileChannel channel() {
            return real.channel();
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        var opened = real.open(file);
        return file.toString().contains("barnabas-journal") ? new Unforced(opened) : opened;
    }

    @Override
    public DiskFile openExisting(Path file) throws IOException {
        return real.openExisting(file);
    }

    @Override
    public DiskFile openReadOnly(Path file) throws IOException {
        return real.openReadOnly(file);
    }

    @Override
    public boolean exists(Path path) {
        return real.exists(path);
    }

    @Override
    public long sizeBytes(Path file) throws IOException {
        return real.sizeBytes(file);
    }

    @Override
    public long lastModifiedMillis(Path file) throws IOException {
        return real.lastModifiedMillis(file);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return real.list(directory);
    }

    @Override
    public boolean isDirectory(Path path) {
        return real.isDirectory(path);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        real.createDirectories(directory);
    }

    @Override
    public void rename(Path source, Path target) throws IOException {
        real.rename(source, target);
    }

    @Override
    public void delete(Path path) throws IOException {
        real.delete(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        real.forceDirectory(directory);
    }

    @Override
    public Optional<Closeable> tryLock(Path file) throws IOException {
        return real.tryLock(file);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return real.usableBytes(path);
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        return real.totalBytes(path);
    }
}
