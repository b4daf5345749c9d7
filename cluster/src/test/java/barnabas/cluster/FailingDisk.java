package barnabas.cluster;

import barnabas.base.DiskFile;
import barnabas.base.FileDisk;
import barnabas.base.ForwardingDisk;
import barnabas.base.ForwardingFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Real files; writes and forces of the segments below one directory fail on demand.
final class FailingDisk extends ForwardingDisk {
    private final Path directory;
    private volatile @Nullable String error;

    FailingDisk(Path directory) {
        super(new FileDisk());
        this.directory = directory;
    }

    /// @param message of the system: what kind of failure it is; null ends it
    void failWrites(@Nullable String message) {
        error = message;
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return error != null && path.startsWith(directory) ? 0 : super.usableBytes(path);
    }

    @Override
    protected DiskFile opened(Path path, DiskFile file) {
        return path.startsWith(directory) && path.toString().endsWith(".log") ? new Guarded(file) : file;
    }

    private final class Guarded extends ForwardingFile {
        Guarded(DiskFile file) {
            super(file);
        }

        private void check() throws IOException {
            String message = error;
            if (message != null) throw new IOException(message);
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            check();
            super.write(source, position);
        }

        @Override
        public void force() throws IOException {
            check();
            super.force();
        }
    }
}
