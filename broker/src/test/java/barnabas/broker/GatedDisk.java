package barnabas.broker;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.base.ForwardingDisk;
import barnabas.base.ForwardingFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A real disk whose chosen files can be made to wait, to be slow, or to fail. They have no channel, as if nothing of
/// them were in the page cache: every byte that is sent was read here.
final class GatedDisk extends ForwardingDisk {
    private final Predicate<Path> chosen;
    private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
    private final AtomicReference<@Nullable String> error = new AtomicReference<>();
    private final AtomicReference<@Nullable String> readError = new AtomicReference<>();
    final AtomicInteger waitingReads = new AtomicInteger();
    final AtomicLong readBytes = new AtomicLong();
    volatile long nanosPerRead;

    GatedDisk(Disk real, Predicate<Path> chosen) {
        super(real);
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

    @Override
    protected DiskFile opened(Path path, DiskFile file) {
        return chosen.test(path) ? new GatedFile(file) : file;
    }

    private final class GatedFile extends ForwardingFile {
        GatedFile(DiskFile file) {
            super(file);
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
            int read = super.read(target, position);
            readBytes.addAndGet(read);
            return read;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            checkWrite();
            super.write(source, position);
        }

        @Override
        public void force() throws IOException {
            checkWrite();
            super.force();
        }

        @Override
        public @Nullable FileChannel channel() {
            return null;
        }
    }
}
