package barnabas.log;

import barnabas.base.DiskFile;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Whether a log directory can still be trusted. An error of the disk is final: after a failed `fsync` nobody knows
/// which writes are on disk, and trying again would hide that. A full disk is not: space may come back. Thread-safe.
final class DirectoryHealth {
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

    Optional<IOException> failure() {
        return Optional.ofNullable(failure.get());
    }

    boolean failed() {
        return failure.get() != null;
    }

    /// A force that failed, for whatever reason: even a full disk loses then what it had taken already.
    private static final class LostWrites extends IOException {
        private static final long serialVersionUID = 1;

        LostWrites(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /// Forces a file; the failure can be told from one to write.
    static void force(DiskFile file) throws IOException {
        try {
            file.force();
        } catch (IOException failed) {
            throw new LostWrites(failed);
        }
    }

    /// Notes a failure of the disk itself; a full one that could not take a write is no such failure.
    void report(IOException cause) {
        if (cause instanceof DamagedSegment) return;
        if (cause instanceof LostWrites || !isFull(cause)) failure.compareAndSet(null, cause);
    }

    /// Notes a failed `fsync`, whatever the cause.
    void reportLostWrites(IOException cause) {
        failure.compareAndSet(null, cause);
    }

    /// The JDK passes the system's text on and nothing else to tell by.
    static boolean isFull(IOException cause) {
        var message = cause.getMessage();
        if (message == null) return false;
        var text = message.toLowerCase(Locale.ROOT);
        return text.contains("no space left") || text.contains("quota exceeded");
    }
}
