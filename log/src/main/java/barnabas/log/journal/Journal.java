package barnabas.log.journal;

import barnabas.base.Check;
import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.DiskError;
import barnabas.base.ForceFailed;
import barnabas.log.journal.JournalFormat.Salt;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Group commit for all partitions of a log directory: what any of them appended since the last commit goes into one
/// sequential file with one write and one `fdatasync`. The partitions' own files follow through the page cache; they
/// are forced when the journal needs its space back, and after a power cut the journal gives back what they had not
/// kept (see [JournalReplay]).
///
/// Two files take turns. While one is written, the background forces the logs whose records are in the other, so that
/// it is free when the first is full. Replay is therefore bounded by the size of both.
///
/// Owner: the staging lock is held for copies in memory only, so that event loops may stage; files belong to the
/// thread that commits, one at a time.
public final class Journal implements Closeable {
    /// Staged bytes from which on producers are to be held back: see [#isCrowded].
    private static final int CROWDED_BYTES = 16 << 20;
    /// Staged bytes beyond which nothing is taken any more.
    private static final int STAGED_BYTES_MAX = 128 << 20;
    /// Steps in which a file grows until it has its size.
    private static final int GROWTH_STEPS = 16;
    private static final long FIRST_NUMBER = 1;
    /// Wait of a refused commit for its next attempt.
    private static final long REFUSED_NANOS = 100_000_000;

    /// @param clock of the wait for the next attempt after a shortage
    /// @param random of salts, which clients must not be able to guess
    /// @param bytesMax both files together
    /// @param background where files are settled, so that commits need not wait for it
    /// @param passing true for an error of a log's files that lost nothing and does not come again
    /// @param failures called once, after a failed write or force: the contents of the disk are unknown then
    public record Environment(
            Disk disk,
            Clock clock,
            RandomGenerator random,
            long bytesMax,
            Executor background,
            Predicate<IOException> passing,
            Consumer<IOException> failures) {}

    private final Path directory;
    private final Environment environment;

    private final ReentrantLock staging = new ReentrantLock();
    private final Condition work = staging.newCondition();
    private Group staged = new Group();
    private volatile int stagedBytes;
    private boolean closed;

    private final ReentrantLock committing = new ReentrantLock();
    private Group spare = new Group();
    /// A group whose commit a shortage has refused: it is committed before anything else.
    private volatile @Nullable Group refused;
    private volatile String shortage = "";
    private JournalFile active;
    private JournalFile other;
    private long nextNumber;

    private volatile boolean failed;
    private final AtomicLong commits = new AtomicLong();

    private Journal(Path directory, Environment environment, JournalFile active, JournalFile other, long nextNumber) {
        this.directory = directory;
        this.environment = environment;
        this.active = active;
        this.other = other;
        this.nextNumber = nextNumber;
    }

    /// Starts a journal in which nothing is to be replayed: [JournalReplay#finish] has been here before.
    ///
    /// @param again after an attempt that failed, which may have left a header behind
    public static Journal open(Path directory, boolean again, Environment environment) throws IOException {
        var first = new JournalFile(environment.disk, JournalFiles.first(directory));
        try {
            var second = new JournalFile(environment.disk, JournalFiles.second(directory));
            try {
                boolean replayed = !first.header().inUse() && !second.header().inUse();
                Check.that(again || replayed, "a journal is opened that was not replayed");
                long generation =
                        Math.max(first.header().generation(), second.header().generation()) + 1;
                first.reuse(generation, Salt.random(environment.random), FIRST_NUMBER);
                return new Journal(directory, environment, first, second, FIRST_NUMBER);
            } catch (IOException | RuntimeException | Error failed) {
                second.close();
                throw failed;
            }
        } catch (IOException | RuntimeException | Error failed) {
            first.close();
            throw failed;
        }
    }

    /// Takes a copy of batches that were appended to the log, to be made durable with the next commit. Never waits.
    ///
    /// @param endOffset of the log, after them
    /// @param era handed back with [Journaled#durable]
    /// @param gapless false when the log has records before these that are neither in the journal nor known to be
    ///     on disk
    public void stage(Journaled log, ByteBuffer batches, long endOffset, int era, boolean gapless) {
        staging.lock();
        try {
            long size = staged.sizeBytes() + JournalFormat.ENTRY_HEADER_BYTES + (long) batches.remaining();
            boolean fits = size <= groupBytesMax();
            if (fits) staged.addBatches(log, batches);
            if (!fits || !gapless) staged.force(log);
            staged.mark(log, endOffset, era);
            stagedBytes = staged.sizeBytes();
            work.signal();
        } finally {
            staging.unlock();
        }
    }

    /// Says that the log was cut: nothing staged before is to be replayed at or above `offset`.
    public void truncated(Journaled log, long offset) {
        staging.lock();
        try {
            staged.addTruncation(log.topicId(), log.partition(), offset);
            work.signal();
        } finally {
            staging.unlock();
        }
    }

    /// Batches that do not fit any more are forced in the logs' own files. Half of a file, so that one switch of
    /// files makes room for any group.
    private long groupBytesMax() {
        return environment.bytesMax / 4;
    }

    /// True when the disk cannot keep up: appends have to wait then.
    public boolean isCrowded() {
        return stagedBytes > CROWDED_BYTES;
    }

    /// Reason to take no append now: as much is staged as may be, or a shortage keeps the last commit from the disk.
    /// Null when it is taken.
    public @Nullable String refusalOf(int bytes) {
        if (refused != null) return "the journal waits for a shortage of the disk to end: " + shortage;
        if (failed) return "the journal has failed";
        return (long) stagedBytes + bytes <= STAGED_BYTES_MAX ? null : "the journal cannot keep up";
    }

    /// Groups committed so far.
    public long commits() {
        return commits.get();
    }

    /// Waits until something is staged.
    ///
    /// @return false when the journal is closed and everything is committed
    boolean awaitWork() throws InterruptedException {
        staging.lock();
        try {
            Clock clock = environment.clock;
            long until = clock.nanos() + REFUSED_NANOS;
            while (refused != null && !closed && clock.nanos() - until < 0) clock.awaitUntil(staging, work, until);
            while (staged.isEmpty() && refused == null && !closed) work.await();
            return !staged.isEmpty() || refused != null;
        } finally {
            staging.unlock();
        }
    }

    /// Makes everything staged so far durable and says so to the logs. A shortage leaves it to
    /// the next call.
    public void commit() {
        committing.lock();
        try {
            var earlier = refused;
            var group = earlier == null ? takeStaged() : earlier;
            if (group.isEmpty()) return;
            try {
                write(group);
            } catch (IOException lost) {
                if (passes(lost)) {
                    shortage = String.valueOf(lost.getMessage());
                    refused = group;
                    return;
                }
                fail(group, lost);
            } catch (Error thrown) {
                // until the process has ended, nothing that follows on this group may be acknowledged
                fail(group, new IOException("the journal in " + directory + " was interrupted by an error", thrown));
                done(group);
                throw thrown;
            }
            done(group);
            if (failed) return;
            commits.incrementAndGet();
            group.announce();
            group.clear();
        } finally {
            committing.unlock();
        }
    }

    private void done(Group group) {
        refused = null;
        spare = group;
    }

    /// True when nothing that the disk had taken is lost, and the same commit works later.
    private boolean passes(IOException cause) {
        return !failed && !ForceFailed.isIn(cause) && environment.passing.test(cause);
    }

    /// The last commit. What a shortage refuses now stays undone.
    private void commitLast() {
        // a second time for what came while an earlier group was refused
        for (int attempt = 0; attempt < 2; attempt++) {
            commit();
            var group = refused;
            if (group == null) continue;
            fail(group, new IOException("the journal in " + directory + " was closed before its last commit"));
            done(group);
        }
    }

    private Group takeStaged() {
        staging.lock();
        try {
            var group = staged;
            if (!group.isEmpty()) {
                staged = spare;
                stagedBytes = 0;
            }
            return group;
        } finally {
            staging.unlock();
        }
    }

    private void write(Group group) throws IOException {
        if (failed) throw new IOException("the journal in " + directory + " has failed before");
        // first: what the journal has of a log must follow on what the log's own file surely has
        for (var log : group.forced()) log.force();
        if (group.hasEntries()) append(group);
    }

    private void append(Group group) throws IOException {
        long fileBytesMax = environment.bytesMax / 2;
        boolean noRoom = !active.fits(group.sizeBytes(), fileBytesMax);
        if (active.isTorn() || (noRoom && !turn())) {
            doWithout(group);
            return;
        }
        var bytes = group.sealed(active.header(), nextNumber);
        try {
            active.write(bytes, group.logs(), Math.max(JournalFormat.PAGE_BYTES, fileBytesMax / GROWTH_STEPS));
            nextNumber++;
        } catch (IOException refused) {
            if (!DiskError.of(refused).isFull()) throw refused;
            doWithout(group);
        }
    }

    /// The disk is too full for the journal to grow: the logs' own files, which have their space already, are forced
    /// one by one. Slower, and as durable. Nothing in the journal counts any more, as it may lack a truncation.
    private void doWithout(Group group) throws IOException {
        for (var log : group.logs()) log.force();
        other.settle();
        active.settle();
        other.reset();
        reuse(active);
    }

    private void reuse(JournalFile free) throws IOException {
        long generation = Math.max(active.header().generation(), other.header().generation()) + 1;
        free.reuse(generation, Salt.random(environment.random), nextNumber);
    }

    /// Goes on in the other file. False when that has never been written to and the disk is too full for its header.
    private boolean turn() throws IOException {
        other.settle();
        try {
            reuse(other);
        } catch (IOException refused) {
            if (!DiskError.of(refused).isFull()) throw refused;
            other.discard();
            return false;
        }
        var full = active;
        active = other;
        other = full;
        environment.background.execute(() -> {
            try {
                full.settle();
            } catch (IOException reported) {
                // the log has reported it to its directory; the next turn meets the same failure
                return;
            }
        });
        return true;
    }

    private void fail(Group group, IOException cause) {
        boolean first = !failed;
        failed = true;
        if (first) environment.failures.accept(cause);
        for (var log : group.logs()) log.lost(cause);
        group.clear();
    }

    /// Leaves the files as they are: the next start replays them.
    public void abandon() throws IOException {
        stop();
        committing.lock();
        try {
            commitLast();
            active.close();
            other.close();
        } finally {
            committing.unlock();
        }
    }

    private void stop() {
        staging.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            staging.unlock();
        }
    }

    /// Commits the remaining batches and closes the files. The logs have been closed: nothing needs to be replayed.
    @Override
    public void close() throws IOException {
        stop();
        committing.lock();
        try {
            commitLast();
            if (!failed) {
                active.settle();
                other.settle();
                // the older one first: what it has may be taken back in the younger one
                other.reset();
                active.reset();
            }
            active.close();
            other.close();
        } finally {
            committing.unlock();
        }
    }
}
