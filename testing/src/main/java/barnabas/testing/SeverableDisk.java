package barnabas.testing;

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

/// Disk of one node that can be taken from it: from then on nothing is changed any more, as when its process was
/// killed. What was written before stays, because the operating system goes on: nothing is ever forced.
final class SeverableDisk implements Disk {
    private final Disk disk;
    private volatile boolean severed;

    SeverableDisk(Disk disk) {
        this.disk = disk;
    }

    void sever() {
        severed = true;
    }

    private void check() throws IOException {
        if (severed) throw new IOException("the test has killed this node");
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        check();
        return new SeverableFile(disk.open(file));
    }

    @Override
    public DiskFile openExisting(Path file) throws IOException {
        return new SeverableFile(disk.openExisting(file));
    }

    @Override
    public DiskFile openReadOnly(Path file) throws IOException {
        return disk.openReadOnly(file);
    }

    @Override
    public boolean exists(Path path) {
        return disk.exists(path);
    }

    @Override
    public long sizeBytes(Path file) throws IOException {
        return disk.sizeBytes(file);
    }

    @Override
    public long lastModifiedMillis(Path path) throws IOException {
        return disk.lastModifiedMillis(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public boolean isDirectory(Path path) {
        return disk.isDirectory(path);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        check();
        disk.createDirectories(directory);
    }

    @Override
    public void rename(Path source, Path target) throws IOException {
        check();
        disk.rename(source, target);
    }

    @Override
    public void delete(Path path) throws IOException {
        check();
        disk.delete(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        check();
    }

    @Override
    public Optional<Closeable> tryLock(Path file) throws IOException {
        return disk.tryLock(file);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return disk.usableBytes(path);
    }

    @Override
    public long totalBytes(Path path) throws IOException {
        return disk.totalBytes(path);
    }

    private final class SeverableFile implements DiskFile {
        private final DiskFile file;

        SeverableFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            check();
            file.write(source, position);
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            check();
            file.truncate(sizeBytes);
        }

        @Override
        public void force() throws IOException {
            check();
        }

        @Override
        public @Nullable FileChannel channel() {
            return file.channel();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
