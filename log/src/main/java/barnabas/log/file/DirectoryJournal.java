package barnabas.log.file;

import barnabas.base.ForceFailed;
import barnabas.log.LogEnvironment;
import barnabas.log.journal.Journal;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The journal of one log directory, which comes into being with the first log that wants one. Thread-safe.
public final class DirectoryJournal {
    /// Wait after a shortage before the files are opened again.
    private static final long REFUSED_NANOS = 100_000_000;

    private final Path directory;
    private final ReentrantLock opening = new ReentrantLock();
    private final LogEnvironment environment;
    private final DirectoryHealth health;
    private volatile @Nullable Journal journal;
    private @Nullable Closeable shell;
    /// Failure of the last attempt to open it. Only one after a shortage is followed by another.
    private @Nullable IOException failure;
    private long nextAttemptNanos;

    public DirectoryJournal(Path directory, LogEnvironment environment, DirectoryHealth health) {
        this.directory = directory;
        this.environment = environment;
        this.health = health;
    }

    /// Null when no log has wanted one yet.
    public @Nullable Journal current() {
        return journal;
    }

    /// Writes to the disk the first time: not for event loops, unless it was opened before.
    public Journal opened() throws IOException {
        var present = journal;
        return present == null ? open() : present;
    }

    private Journal open() throws IOException {
        opening.lock();
        try {
            var present = journal;
            if (present != null) return present;
            var before = failure;
            if (before != null && !mayOpenAgain(before))
                throw new IOException(
                        "the journal of " + directory + " could not be opened: " + before.getMessage(), before);
            return attempt();
        } finally {
            opening.unlock();
        }
    }

    /// True when a shortage prevented the opening, and it is time for the next attempt.
    private boolean mayOpenAgain(IOException before) {
        return DirectoryHealth.passes(before)
                && !ForceFailed.isIn(before)
                && environment.clock().nanos() - nextAttemptNanos >= 0;
    }

    private Journal attempt() throws IOException {
        boolean again = failure != null;
        var durability = environment.durability();
        try {
            var fresh = Journal.open(
                    directory,
                    again,
                    new Journal.Environment(
                            environment.disk(),
                            environment.clock(),
                            environment.random(),
                            durability.journalBytesMax(),
                            environment.background(),
                            DirectoryHealth::passes,
                            health::reportLostWrites));
            shell = durability.commits().serve(fresh, environment.threads());
            journal = fresh;
            return fresh;
        } catch (IOException failed) {
            failure = failed;
            nextAttemptNanos = environment.clock().nanos() + REFUSED_NANOS;
            throw failed;
        }
    }

    /// Closes the journal behind the logs.
    ///
    /// @param settled every log is on disk, so that nothing needs to be replayed
    public void close(boolean settled) throws IOException {
        opening.lock();
        try {
            var present = journal;
            if (present == null) return;
            try {
                if (settled) present.close();
                else present.abandon();
            } finally {
                if (shell != null) shell.close();
            }
        } finally {
            opening.unlock();
        }
    }
}
