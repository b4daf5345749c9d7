package barnabas.log;

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

    /// Notes a failure of the disk itself; a full one is no such failure.
    void report(IOException cause) {
        if (!isFull(cause)) failure.compareAndSet(null, cause);
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
