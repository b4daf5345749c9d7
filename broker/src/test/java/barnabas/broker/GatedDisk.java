package barnabas.broker;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A real disk whose chosen files can be made to wait, to be slow, or to fail. They have no channel, as if nothing of
/// them were in the page cache: every byte that is sent was read here.
final class GatedDisk implements Disk {
    private final Disk real;
    private final Predicate<Path> chosen;
    private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
    private final AtomicReference<@Nullable String> error = new AtomicReference<>();
    private final AtomicReference<@Nullable String> readError = new AtomicReference<>();
    final AtomicInteger waitingReads = new AtomicInteger();
    final AtomicLong readBytes = new AtomicLong();
    volatile long nanosPerRead;

    GatedDisk(Disk real, Predicate<Path> chosen) {
        this.real = real;
        this.chosen = chosen;
    }

    void shut() {
        gate.set(new CountDownLatch(1));
    }

    void open() {
        gate.get().countDown();
    }

    /// Writes and forces of the chosen files fail from now on; null ends that.
    void failWrites(@Nullable String message) {
        error.set(message);
    }

    /// Reads of the chosen files fail from now on; null ends that.
    void failReads(@Nullable String message) {
        readError.set(message);
    }

    private void checkRead() throws IOException {
        var message = readError.get();
        if (message != null) throw new IOException(message);
    }

    private void checkWrite() throws IOException {
        var message = error.get();
        if (message != null) throw new IOException(message);
    }

    private DiskFile guard(Path path, DiskFile file) {
        return chosen.test(path) ? new GatedFile(file) : file;
    }

    private final class GatedFile implements DiskFile {
        private final DiskFile file;

        GatedFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            checkRead();
            waitingReads.incrementAndGet();
            try {
                gate.get().await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            } finally {
                waitingReads.decrementAndGet();
            }
            long until = System.nanoTime() + nanosPerRead;
            while (System.nanoTime() < until) LockSupport.parkNanos(until - System.nanoTime());
            int read = file.read(target, position);
            readBytes.addAndGet(read);
            return read;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            checkWrite();
            file.write(source, position);
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            file.truncate(sizeBytes);
        }

        @Override
        public void force() throws IOException {
            checkWrite();
            file.force();
        }

        @Override
        public @Nullable FileChannel channel() {
            return null;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        return guard(file, real.open(file));
    }

    @Override
    public DiskFile openExisting(Path file) throws IOException {
        return guard(file, real.openExisting(file));
    }

    @Override
    public DiskFile openReadOnly(Path file) throws IOException {
        return guard(file, real.openReadOnly(file));
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
