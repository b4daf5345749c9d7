package barnabas.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Another disk, for tests to change one thing or two.
public class ForwardingDisk implements Disk {
    private final Disk real;

    protected ForwardingDisk(Disk real) {
        this.real = real;
    }

    /// Another file in place of one that was opened; the same one here.
    protected DiskFile opened(Path path, DiskFile file) {
        return file;
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        return opened(file, real.open(file));
    }

    @Override
    public DiskFile openExisting(Path file) throws IOException {
        return opened(file, real.openExisting(file));
    }

    @Override
    public DiskFile openReadOnly(Path file) throws IOException {
        return opened(file, real.openReadOnly(file));
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
