package barnabas.log.journal;

import barnabas.base.Threads;
import java.io.Closeable;
import java.io.IOException;

/// Commits whatever is staged, one group after the other: while one is being forced, the next one gathers.
public final class JournalThread implements Closeable {
    private final Thread thread;

    private JournalThread(Thread thread) {
        this.thread = thread;
    }

    /// Starts a platform thread (a force would hold a virtual one's carrier) that ends after the journal was closed.
    public static JournalThread start(Journal journal, Threads threads) {
        return new JournalThread(threads.start("journal", () -> {
            try {
                while (journal.awaitWork()) journal.commit();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    /// Waits for the thread, whose journal was closed.
    @Override
    public void close() throws IOException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
