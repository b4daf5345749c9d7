package barnabas.log.file;

import barnabas.log.LogEnvironment;
import barnabas.log.journal.Journal;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The journal of one log directory, which comes into being with the first log that wants one. Thread-safe.
public final class DirectoryJournal {
    private final Path directory;
    private final ReentrantLock opening = new ReentrantLock();
    private final LogEnvironment environment;
    private final DirectoryHealth health;
    private volatile @Nullable Journal journal;
    private @Nullable Closeable shell;
    /// Failure of the first opening. The files may then be half in use: only a restart looks at them again.
    private @Nullable IOException failure;

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
            if (before != null) throw new IOException("the journal of " + directory + " could not be opened", before);
            var durability = environment.durability();
            var fresh = Journal.open(
                    directory,
                    new Journal.Environment(
                            environment.disk(),
                            environment.random(),
                            durability.journalBytesMax(),
                            environment.background(),
                            health::reportLostWrites));
            shell = durability.commits().serve(fresh, environment.threads());
            journal = fresh;
            return fresh;
        } catch (IOException failed) {
            failure = failed;
            throw failed;
        } finally {
            opening.unlock();
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
