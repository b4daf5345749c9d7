package barnabas.log.file;

import barnabas.base.Check;
import barnabas.base.DiskFile;
import barnabas.base.Mutex;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file that is open only while it is used or was used recently. Each [#acquire] needs a [#release]; a file that
/// is deleted meanwhile stays readable until then. Thread-safe; its lock is held across opening, closing and renaming.
public final class LazyFile {
    private final OpenFiles pool;
    private final Mutex mutex = new Mutex();
    private Path path;
    private @Nullable DiskFile file;
    private int users;
    private boolean deleted;
    /// Closed as soon as it is not used.
    private boolean passing;
    /// The file was created here, and its directory has not been forced since.
    private boolean nameUnforced;
    private volatile long lastUse;

    public LazyFile(OpenFiles pool, Path path) {
        this.pool = pool;
        this.path = path;
    }

    public Path path() {
        try (var _ = mutex.hold()) {
            return path;
        }
    }

    long lastUse() {
        return lastUse;
    }

    /// True when the file is not open and too many others are in use: who can do without it should.
    public boolean isBeyondLimit() {
        if (!pool.isShort()) return false;
        try (var _ = mutex.hold()) {
            return file == null;
        }
    }

    /// The open file, which must exist. The handle stays good until the matching [#release].
    public DiskFile acquire() throws IOException {
        return acquire(false);
    }

    /// The same for the owner, who may be the first to write: a reader that comes late must not bring a deleted file
    /// back.
    public DiskFile acquireForWriting() throws IOException {
        return acquire(true);
    }

    private DiskFile acquire(boolean creating) throws IOException {
        DiskFile acquired;
        boolean opened = false;
        try (var _ = mutex.hold()) {
            var present = file;
            if (present == null || wasInterrupted(present)) {
                if (deleted) throw new NoSuchFileException(path.toString());
                if (creating && !pool.disk().exists(path)) nameUnforced = true;
                present = creating ? pool.disk().open(path) : pool.disk().openExisting(path);
                file = present;
                opened = true;
            }
            users++;
            acquired = present;
        }
        if (opened) pool.opened(this);
        return acquired;
    }

    /// An interrupt of a thread that uses a file channel closes the channel for all threads.
    private static boolean wasInterrupted(DiskFile file) {
        var channel = file.channel();
        return channel != null && !channel.isOpen();
    }

    public void release() throws IOException {
        try (var _ = mutex.hold()) {
            Check.that(users > 0, "a file is released more often than acquired");
            users--;
            lastUse = pool.now();
            if ((deleted || passing) && users == 0) closeNow();
        }
    }

    /// The file goes away with its directory: an open handle would keep its space.
    public void keepOpenNoLonger() {
        try (var _ = mutex.hold()) {
            passing = true;
            var _ = closeIfUnused();
        }
    }

    public boolean closeIfUnused() {
        try (var _ = mutex.hold()) {
            if (users > 0 || file == null) return false;
            try {
                closeNow();
            } catch (IOException lost) {
                // nothing is buffered in a handle: what was written is in the page cache, and force() has its own
                // result
                return true;
            }
            return true;
        }
    }

    private void closeNow() throws IOException {
        var present = file;
        if (present == null) return;
        file = null;
        pool.closed(this);
        present.close();
    }

    /// Whether the file was created since the last call: its name is on disk when its directory is forced.
    public boolean takeNameUnforced() {
        try (var _ = mutex.hold()) {
            boolean taken = nameUnforced;
            nameUnforced = false;
            return taken;
        }
    }

    public boolean exists() {
        try (var _ = mutex.hold()) {
            return file != null || pool.disk().exists(path);
        }
    }

    public long sizeBytes() throws IOException {
        try (var _ = mutex.hold()) {
            var present = file;
            if (present != null && !wasInterrupted(present)) return present.sizeBytes();
            return pool.disk().exists(path) ? pool.disk().sizeBytes(path) : 0;
        }
    }

    public long lastModifiedMillis() throws IOException {
        try (var _ = mutex.hold()) {
            return pool.disk().lastModifiedMillis(path);
        }
    }

    /// Gives the file another name, if it exists.
    public void rename(Path target) throws IOException {
        try (var _ = mutex.hold()) {
            if (pool.disk().exists(path)) pool.disk().rename(path, target);
            path = target;
        }
    }

    /// The directory of the file was renamed.
    public void moved(Path target) {
        try (var _ = mutex.hold()) {
            path = target;
        }
    }

    public void delete() throws IOException {
        try (var _ = mutex.hold()) {
            deleted = true;
            pool.disk().delete(path);
            if (users == 0) closeNow();
        }
    }

    /// Forces what was written, if the file exists.
    public void force() throws IOException {
        if (!exists()) return;
        var acquired = acquire();
        try {
            DirectoryHealth.force(acquired);
        } finally {
            release();
        }
    }
}
