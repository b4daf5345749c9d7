package barnabas.log.recovery;

import barnabas.base.Disk;
import barnabas.log.LogConfig;
import barnabas.log.LogEnvironment;
import barnabas.log.TopicPartition;
import barnabas.log.file.CheckpointFile;
import barnabas.log.file.LogFiles;
import barnabas.log.journal.JournalReplay;
import barnabas.log.partition.LogHints;
import barnabas.log.partition.PartitionLog;
import barnabas.log.segment.LogPlace;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Gives the logs of a directory back what its journal holds and their own files lost in a power cut. Used once, when
/// the directory is opened, before anybody sees its logs. It may be interrupted at any point and begun again: what a
/// log has is not given to it twice, and the journal forgets only when all logs are forced.
///
/// Logs are opened with default settings here. They decide how densely new index entries lie and when a segment is
/// full, which the next append with the topic's own settings puts right.
public final class JournalRecovery {
    /// Says that records are missing between a log's end and what the journal has: the log stays closed until an
    /// operator accepts the loss.
    public static final String GAP = "journal-gap";

    private final LogEnvironment environment;
    private final JournalReplay replay;
    private final Logs logs;
    private final AtomicLong batches = new AtomicLong();
    private final AtomicInteger restored = new AtomicInteger();
    private final List<String> problems = new ArrayList<>();

    /// The directory's logs.
    public interface Logs {
        Collection<TopicPartition> partitions();

        /// @param candidates ids that the journal has records of
        Optional<Uuid> topicId(TopicPartition partition, Collection<Uuid> candidates) throws IOException;

        /// Opens a log for the recovery only.
        LogOpening open(TopicPartition partition, LogConfig config, LogHints.Damages damages);

        /// Everything below was forced to the log's own files.
        long recoveryPoint(TopicPartition partition);

        /// The directory of the partition's files.
        Path home(TopicPartition partition);

        /// Takes down how far the log is known to be on disk.
        void forced(PartitionLog log);
    }

    public JournalRecovery(LogEnvironment environment, JournalReplay replay, Logs logs) {
        this.environment = environment;
        this.replay = replay;
        this.logs = logs;
        problems.addAll(replay.problems());
    }

    /// @param partitions how many got something back
    /// @param problems damage that no crash leaves behind, one line each
    public record Result(int partitions, long batches, List<String> problems) {
        public static final Result NONE = new Result(0, 0, List.of());
    }

    public Result run() throws IOException {
        if (!replay.isEmpty()) restoreAll();
        replay.finish();
        return new Result(restored.get(), batches.get(), List.copyOf(problems));
    }

    private void restoreAll() throws IOException {
        var mentioned = new ArrayList<TopicPartition>();
        for (var partition : logs.partitions()) {
            var id = logs.topicId(partition, replay.topicIds());
            if (id.isPresent() && replay.mentions(id.get(), partition.partition())) mentioned.add(partition);
        }
        var next = new AtomicInteger();
        var failure = new AtomicReference<@Nullable IOException>();
        Runnable work = () -> {
            for (int i = next.getAndIncrement(); i < mentioned.size(); i = next.getAndIncrement()) {
                try {
                    restore(mentioned.get(i));
                } catch (IOException failed) {
                    failure.compareAndSet(null, failed);
                }
            }
        };
        var workers = new ArrayList<Thread>();
        int threads = Math.min(environment.durability().recoveryThreads(), mentioned.size());
        for (int i = 1; i < threads; i++) workers.add(environment.threads().start("journal-replay-" + i, work));
        work.run();
        for (var worker : workers) join(worker);
        var failed = failure.get();
        if (failed != null) throw failed;
    }

    private static void join(Thread worker) throws IOException {
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the journal was replayed", e);
        }
    }

    private void restore(TopicPartition partition) throws IOException {
        var id = logs.topicId(partition, replay.topicIds()).orElseThrow();
        int number = partition.partition();
        var opening = logs.open(partition, LogConfig.DEFAULTS, LogHints.Damages.REFUSED);
        if (opening instanceof LogOpening.Damaged damaged
                && replay.covers(id, number, damaged.offset(), logs.recoveryPoint(partition)))
            // the power cut tore unforced segments: all that follows is in the journal, and nothing that lies before
            opening = logs.open(partition, LogConfig.DEFAULTS, LogHints.Damages.cutFrom(damaged.offset()));
        switch (opening) {
            case LogOpening.Opened(var log, var _) -> restore(log, id);
            // the next opening reports it again
            case LogOpening.Damaged damaged -> {
                if (replay.endOffset(id, number) > damaged.offset())
                    problem(partition + " is damaged at offset " + damaged.offset()
                            + ": what the journal has behind it is kept in "
                            + logs.home(partition).resolve(KeptBatches.FILE));
                keep(partition, id);
            }
            case LogOpening.Failed failed -> throw failed.cause();
        }
    }

    /// Keeps what the journal has of a log that does not take it: the journal forgets its copy now, and the log's own
    /// files need not have one.
    private void keep(TopicPartition partition, Uuid topicId) throws IOException {
        KeptBatches.write(
                environment.disk(),
                logs.home(partition),
                sink -> replay.batchesOf(topicId, partition.partition(), sink));
    }

    private void restore(PartitionLog log, Uuid topicId) throws IOException {
        var partition = log.partition();
        var taken = new AtomicLong();
        var gap = Optional.<String>empty();
        try {
            long behindHole =
                    replay.batchesFrom(topicId, partition.partition(), log.logEndOffset(), (batch, file, position) -> {
                        ReplayedBatch.append(log, batch, file, position);
                        taken.incrementAndGet();
                    });
            if (behindHole >= 0) gap = Optional.of(missing(log.logEndOffset(), behindHole) + " in the journal");
        } catch (ReplayedBatch.Refused refused) {
            gap = Optional.of(refused.reason());
        }
        if (gap.isPresent()) {
            keep(partition, topicId);
            problem(partition + ": " + gap.get());
            writeGap(environment.disk(), log.directory(), log.logEndOffset(), gap.get());
        }
        var _ = batches.addAndGet(taken.get());
        if (taken.get() > 0) restored.incrementAndGet();
        log.close();
        logs.forced(log);
    }

    static String missing(long from, long next) {
        return "offsets " + from + " to " + (next - 1) + " were acknowledged and are missing";
    }

    private synchronized void problem(String line) {
        problems.add(line);
    }

    /// Reason not to open a log of which an earlier replay found that a part is missing.
    public static Optional<LogOpening> gapIn(LogPlace place) throws IOException {
        var text = CheckpointFile.text(place.disk(), place.file(GAP));
        if (text.isEmpty()) return Optional.empty();
        int space = text.get().indexOf(' ');
        long offset = space > 0 ? Long.parseLong(text.get(), 0, space, 10) : 0;
        return Optional.of(new LogOpening.Damaged(
                place.partition(), place.file(GAP), 0, offset, text.get().substring(space + 1)));
    }

    private static void writeGap(Disk disk, Path directory, long offset, String reason) throws IOException {
        CheckpointFile.replace(disk, directory.resolve(GAP), offset + " " + reason);
    }

    /// Keeps a log closed until an operator accepts that it ends at `offset`.
    static LogOpening markGap(LogPlace place, long offset, String reason) throws IOException {
        writeGap(place.disk(), place.directory(), offset, reason);
        return new LogOpening.Damaged(place.partition(), place.file(GAP), 0, offset, reason);
    }

    /// Keeps a log offline, at later starts too, that has lost a segment's file.
    ///
    /// @param baseOffset of the segment
    /// @param reason why that is known
    public static LogOpening markGone(LogPlace place, long baseOffset, String reason) throws IOException {
        var file = place.file(LogFiles.log(baseOffset));
        writeGap(place.disk(), place.directory(), baseOffset, file.getFileName() + ": " + reason);
        return new LogOpening.Damaged(place.partition(), file, 0, baseOffset, reason);
    }

    /// The operator has accepted the loss.
    public static void forgetGap(LogPlace place) throws IOException {
        if (!place.disk().exists(place.file(GAP))) return;
        place.disk().delete(place.file(GAP));
        place.disk().forceDirectory(place.directory());
    }
}
