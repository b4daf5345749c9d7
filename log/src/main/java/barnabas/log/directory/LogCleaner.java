package barnabas.log.directory;

import barnabas.base.Clock;
import barnabas.base.DiskError;
import barnabas.base.Joining;
import barnabas.base.Threads;
import barnabas.log.TopicPartition;
import barnabas.log.compaction.CompactionEnvironment;
import barnabas.log.compaction.CompactionResult;
import barnabas.log.compaction.KeyHash;
import barnabas.log.compaction.LatestOffsets;
import barnabas.log.compaction.RateLimit;
import barnabas.log.partition.CompactionPlan;
import barnabas.log.partition.PartitionLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compacts the logs of a broker whose topics ask for it, the dirtiest first, on threads of its own.
///
/// Owner: `lock` for the logs in progress, the logs that failed and the list of threads; `resizing` for starts and ends
/// of threads. [#close] and [#become] end the threads; a compaction that is under way is abandoned, which costs nothing
/// but its time.
public final class LogCleaner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogCleaner.class);
    private static final int BUFFER_BYTES_MIN = 8 * 1024;

    private final List<LogDirectory> directories;
    private final HighWatermarks highWatermarks;
    private final Clock clock;
    private final Threads threads;
    private final RandomGenerator random;
    private volatile Run run;

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<PartitionLog> inProgress = new HashSet<>();
    private final Map<PartitionLog, String> uncleanable = new HashMap<>();
    private List<Thread> workers = List.of();
    private double dirtyRatioMax;
    private long compactions;
    private final Map<CompactionEnvironment, Pass> lastPasses = new HashMap<>();
    private long lastLookNanos;

    private final ReentrantLock resizing = new ReentrantLock();
    private boolean started;
    private boolean closed;

    /// @param threads `log.cleaner.threads`
    /// @param keyBytesMax `log.cleaner.dedupe.buffer.size`, of all threads together
    /// @param keyLoadMax `log.cleaner.io.buffer.load.factor`: how full the key map may become
    /// @param bufferBytes `log.cleaner.io.buffer.size`, of all threads together
    /// @param bytesPerSecondMax `log.cleaner.io.max.bytes.per.second`, reads and writes of all threads together
    /// @param backoffMillis `log.cleaner.backoff.ms`: how long a thread rests when nothing is dirty enough
    public record Settings(
            int threads,
            long keyBytesMax,
            double keyLoadMax,
            int bufferBytes,
            double bytesPerSecondMax,
            long backoffMillis) {
        public static final Settings DEFAULTS = new Settings(1, 128L << 20, 0.9, 512 * 1024, Double.MAX_VALUE, 15_000);
    }

    /// Settings of the threads that run, and their common rate, which also stops them.
    private record Run(Settings settings, RateLimit rate) {}

    /// High watermarks, which only the replica knows. Empty for a partition that is not in use.
    @FunctionalInterface
    public interface HighWatermarks {
        OptionalLong of(PartitionLog log);
    }

    /// Status of the cleaner for metrics.
    ///
    /// @param uncleanable partitions that could not be compacted and are left alone until the next start, with the
    ///     reason
    /// @param uncleanableBytes what they hold
    /// @param dirtyRatioMax of the dirtiest log when last looked
    /// @param threadsAlive fewer than configured means that one has died of a bug
    /// @param last of the threads that run
    /// @param sinceLookMillis time since a thread looked for a log to compact
    public record Status(
            Map<TopicPartition, String> uncleanable,
            long uncleanableBytes,
            double dirtyRatioMax,
            long compactions,
            int threadsAlive,
            LastPasses last,
            long sinceLookMillis) {}

    /// The last compaction of each thread, all 0 before the first.
    ///
    /// @param nanosMax time of the longest
    /// @param recopiedRatio bytes of what they have left by bytes of what they found, of all together
    /// @param keyRoomRatioMax of the room for keys, in the one that took most of it
    public record LastPasses(long nanosMax, double recopiedRatio, double keyRoomRatioMax) {}

    /// One compaction.
    private record Pass(long nanos, long bytesBefore, long bytesAfter, double keyRoomRatio) {}

    public LogCleaner(
            Settings settings,
            List<LogDirectory> directories,
            HighWatermarks highWatermarks,
            Clock clock,
            Threads threads,
            RandomGenerator random) {
        this.directories = directories;
        this.highWatermarks = highWatermarks;
        this.clock = clock;
        this.threads = threads;
        this.random = random;
        this.run = new Run(settings, new RateLimit(settings.bytesPerSecondMax(), clock));
        this.lastLookNanos = clock.nanos();
    }

    public void start() {
        resizing.lock();
        try {
            started = true;
            startWorkers(run);
        } finally {
            resizing.unlock();
        }
    }

    /// Goes on with other settings, on other threads when it has started. Waits for the end of those that run.
    public void become(Settings settings) {
        resizing.lock();
        try {
            if (closed || settings.equals(run.settings())) return;
            var next = new Run(settings, new RateLimit(settings.bytesPerSecondMax(), clock));
            stopWorkers();
            run = next;
            if (started) startWorkers(next);
        } finally {
            resizing.unlock();
        }
    }

    private void startWorkers(Run begun) {
        var begins = new ArrayList<Thread>();
        for (int i = 0; i < begun.settings().threads(); i++)
            begins.add(threads.start("log-cleaner-" + i, () -> work(begun)));
        setWorkers(List.copyOf(begins));
    }

    private void stopWorkers() {
        run.rate().stop();
        for (var thread : workers()) Joining.join(thread);
        setWorkers(List.of());
    }

    private List<Thread> workers() {
        lock.lock();
        try {
            return workers;
        } finally {
            lock.unlock();
        }
    }

    private void setWorkers(List<Thread> present) {
        lock.lock();
        try {
            workers = present;
            lastPasses.clear();
        } finally {
            lock.unlock();
        }
    }

    private void work(Run mine) {
        var means = means(mine);
        while (!mine.rate().isStopped()) {
            if (!compactDirtiest(means)
                    && !mine.rate().pauseMillis(mine.settings().backoffMillis())) return;
        }
    }

    /// Tools of one thread.
    public CompactionEnvironment means() {
        return means(run);
    }

    private CompactionEnvironment means(Run of) {
        Settings settings = of.settings();
        int threads = Math.max(1, settings.threads());
        return new CompactionEnvironment(
                new LatestOffsets(settings.keyBytesMax() / threads, settings.keyLoadMax()),
                new KeyHash(random),
                of.rate(),
                Math.max(BUFFER_BYTES_MIN, settings.bufferBytes() / threads / 2));
    }

    private record Job(LogDirectory directory, PartitionLog log, CompactionPlan plan) {
        private TopicPartition partition() {
            return log.partition();
        }
    }

    /// Compacts one log; false when none is dirty enough.
    public boolean compactDirtiest(CompactionEnvironment means) {
        var job = take();
        if (job.isEmpty()) return false;
        try {
            return compact(job.get(), means);
        } finally {
            lock.lock();
            try {
                inProgress.remove(job.get().log());
            } finally {
                lock.unlock();
            }
        }
    }

    private Optional<Job> take() {
        var due = new ArrayList<Job>();
        double ratioMax = 0;
        for (var directory : directories) {
            if (directory.failure().isPresent()) continue;
            for (var log : directory.logs()) {
                var job = jobFor(directory, log);
                if (job.isEmpty()) continue;
                ratioMax = Math.max(ratioMax, job.get().plan().dirtyRatio());
                if (job.get().plan().isDue(log.config().compaction())) due.add(job.get());
            }
        }
        due.sort((one, other) ->
                Double.compare(other.plan().dirtyRatio(), one.plan().dirtyRatio()));
        lock.lock();
        try {
            dirtyRatioMax = ratioMax;
            lastLookNanos = clock.nanos();
            for (var job : due) if (inProgress.add(job.log())) return Optional.of(job);
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private boolean isLeftAlone(PartitionLog log) {
        lock.lock();
        try {
            return inProgress.contains(log) || uncleanable.containsKey(log);
        } finally {
            lock.unlock();
        }
    }

    private Optional<Job> jobFor(LogDirectory directory, PartitionLog log) {
        if (!log.config().compaction().compacts() || isLeftAlone(log)) return Optional.empty();
        var highWatermark = highWatermarks.of(log);
        if (highWatermark.isEmpty()) return Optional.empty();
        long now = clock.millis();
        try {
            if (log.config().compaction().maxLagMillis() < Long.MAX_VALUE) log.rollIfDue(now);
            long decided = log.decidedUpTo(highWatermark.getAsLong());
            long cleaned = directory.cleanedOffsets().of(log.partition());
            return Optional.of(new Job(directory, log, log.planCompaction(cleaned, decided, now)));
        } catch (IOException failed) {
            var _ = giveUp(directory, log, failed);
            return Optional.empty();
        }
    }

    private boolean compact(Job job, CompactionEnvironment means) {
        long started = clock.nanos();
        try {
            return switch (job.log().compact(job.plan(), means, clock.millis())) {
                case CompactionResult.Compacted done -> {
                    job.directory().cleanedOffsets().put(job.partition(), done.cleanedUpTo());
                    long nanos = clock.nanos() - started;
                    noteDone(means, done, nanos);
                    report(job, done, nanos);
                    // an offset that does not move would be tried again at once
                    yield done.cleanedUpTo() > job.plan().firstDirtyOffset();
                }
                case CompactionResult.Abandoned() -> false;
            };
        } catch (IOException | RuntimeException failed) {
            return giveUp(job.directory(), job.log(), failed);
        }
    }

    private void noteDone(CompactionEnvironment means, CompactionResult.Compacted done, long nanos) {
        Settings settings = run.settings();
        double keyRoom = (double) settings.keyBytesMax() / Math.max(1, settings.threads());
        double keyRoomRatio = Math.min(1, done.keyBytes() / Math.max(1, keyRoom));
        lock.lock();
        try {
            compactions++;
            lastPasses.put(means, new Pass(nanos, done.bytesBefore(), done.bytesAfter(), keyRoomRatio));
        } finally {
            lock.unlock();
        }
    }

    private static void report(Job job, CompactionResult.Compacted done, long nanos) {
        LOG.info(
                "{}: compacted up to offset {} in {} ms: {} to {} bytes, {} keys in {} bytes of memory",
                job.partition(),
                done.cleanedUpTo(),
                nanos / 1_000_000,
                done.bytesBefore(),
                done.bytesAfter(),
                done.keys(),
                done.keyBytes());
    }

    /// Names the log and leaves it alone, so that others get their turn. A full disk, a lack of file descriptors or
    /// memory, and a closed log pass.
    ///
    /// @return true when it makes sense to go on with another one at once
    private boolean giveUp(LogDirectory directory, PartitionLog log, Exception cause) {
        boolean passes = log.isClosed()
                || (cause instanceof IOException failed && DiskError.of(failed).passes());
        if (passes || directory.failure().isPresent()) {
            LOG.warn("{}: compaction did not finish: {}", log.partition(), String.valueOf(cause));
            return false;
        }
        LOG.error("{} cannot be compacted and is left as it is until the next start", log.partition(), cause);
        lock.lock();
        try {
            uncleanable.put(log, String.valueOf(cause.getMessage()));
            return true;
        } finally {
            lock.unlock();
        }
    }

    public int threadsWanted() {
        return run.settings().threads();
    }

    public Status status() {
        lock.lock();
        try {
            if (!uncleanable.isEmpty()) uncleanable.keySet().removeIf(PartitionLog::isClosed);
            var reasons = new HashMap<TopicPartition, String>();
            long bytes = 0;
            for (var each : uncleanable.entrySet()) {
                reasons.put(each.getKey().partition(), each.getValue());
                bytes += each.getKey().sizeBytes();
            }
            int alive = 0;
            for (Thread each : workers) if (each.isAlive()) alive++;
            long sinceLookMillis = TimeUnit.NANOSECONDS.toMillis(clock.nanos() - lastLookNanos);
            return new Status(
                    Map.copyOf(reasons), bytes, dirtyRatioMax, compactions, alive, lastPasses(), sinceLookMillis);
        } finally {
            lock.unlock();
        }
    }

    private LastPasses lastPasses() {
        long nanosMax = 0;
        long before = 0;
        long after = 0;
        double keyRoomRatioMax = 0;
        for (Pass each : lastPasses.values()) {
            nanosMax = Math.max(nanosMax, each.nanos());
            before += each.bytesBefore();
            after += each.bytesAfter();
            keyRoomRatioMax = Math.max(keyRoomRatioMax, each.keyRoomRatio());
        }
        return new LastPasses(nanosMax, before == 0 ? 0 : (double) after / before, keyRoomRatioMax);
    }

    @Override
    public void close() {
        resizing.lock();
        try {
            closed = true;
            stopWorkers();
        } finally {
            resizing.unlock();
        }
    }
}
