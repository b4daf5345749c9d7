package barnabas.log;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.Threads;
import barnabas.log.journal.Journal;
import barnabas.log.journal.JournalThread;
import java.io.Closeable;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// The world as the logs of one broker see it.
///
/// @param background runs what must not delay an append: forcing closed segments. Platform threads, few of them
/// @param openFilesMax most segment files kept open without being in use
public record LogEnvironment(
        Disk disk,
        Clock clock,
        Threads threads,
        RandomGenerator random,
        Executor background,
        int openFilesMax,
        ProducerLimits producers,
        Durability durability) {
    /// Limits of what partitions remember of producers.
    ///
    /// @param expirationMillis `producer.id.expiration.ms`
    public record ProducerLimits(long expirationMillis, ProducerRoom room) {
        /// Room for as many as there are, for tools and tests that open a few logs.
        public static ProducerLimits ofMillis(long expirationMillis) {
            return new ProducerLimits(expirationMillis, new ProducerRoom(Integer.MAX_VALUE));
        }
    }

    /// Settings of acknowledgements that mean "on disk".
    ///
    /// @param journalBytesMax `barnabas.journal.bytes`: the most that a start after a crash has to replay
    /// @param recoveryThreads `num.recovery.threads.per.data.dir`
    /// @param commits runs the commits of each journal
    public record Durability(long journalBytesMax, int recoveryThreads, JournalShell commits) {
        /// Kafka's default for threads; ours for the journal.
        public static final Durability DEFAULTS = new Durability(256L << 20, 2, JournalThread::start);
    }

    /// Owner of the thread that calls [Journal#commit].
    @FunctionalInterface
    public interface JournalShell {
        /// Serves a journal until it is closed. Closing the result waits for the end of that.
        Closeable serve(Journal journal, Threads threads);
    }
}
