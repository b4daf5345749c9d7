package barnabas.broker;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.base.ForwardingDisk;
import barnabas.base.ForwardingFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A real disk on which one call throws what no disk throws, wherever in the broker that call is.
final class ThrowingDisk extends ForwardingDisk {
    enum Operation {
        OPEN,
        READ,
        WRITE
    }

    private record Planted(Operation operation, Predicate<Path> files, Supplier<Throwable> thrown) {}

    private final AtomicReference<@Nullable Planted> planted = new AtomicReference<>();

    ThrowingDisk(Disk real) {
        super(real);
    }

    /// The next such call throws.
    void plant(Operation operation, Predicate<Path> files, Supplier<Throwable> thrown) {
        planted.set(new Planted(operation, files, thrown));
    }

    boolean hasThrown() {
        return planted.get() == null;
    }

    private void pass(Operation operation, Path file) throws IOException {
        Planted found = planted.get();
        if (found == null || found.operation != operation || !found.files.test(file)) return;
        if (!planted.compareAndSet(found, null)) return;
        switch (found.thrown.get()) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalArgumentException(e);
        }
    }

    private DiskFile watched(Path path, DiskFile file) {
        return new ForwardingFile(file) {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                pass(Operation.READ, path);
                return super.read(target, position);
            }

            @Override
            public void write(ByteBuffer source, long position) throws IOException {
                pass(Operation.WRITE, path);
                super.write(source, position);
            }
        };
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        pass(Operation.OPEN, file);
        return watched(file, super.open(file));
    }

    @Override
    public DiskFile openExisting(Path file) throws IOException {
        pass(Operation.OPEN, file);
        return watched(file, super.openExisting(file));
    }

    @Override
    public DiskFile openReadOnly(Path file) throws IOException {
        pass(Operation.OPEN, file);
        return watched(file, super.openReadOnly(file));
    }
}
