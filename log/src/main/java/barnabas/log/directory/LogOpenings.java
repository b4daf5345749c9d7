package barnabas.log.directory;

import barnabas.base.Clock;
import barnabas.base.Joining;
import barnabas.base.Threads;
import barnabas.log.LogConfig;
import barnabas.log.TopicPartition;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens many logs at once, with a few threads for each directory (`num.recovery.threads.per.data.dir`), and says how
/// far it is when that takes long. Logs that are missing are created, with more threads: to create one is little work
/// and several forces, and a file system takes the forces of several threads together. The names of new directories
/// are forced once for all of them. Used once, by one thread.
public final class LogOpenings {
    private static final Logger LOG = LoggerFactory.getLogger(LogOpenings.class);
    private static final long BETWEEN_LINES_NANOS = 2_000_000_000;
    private static final int CREATING_THREADS_MAX = 16;

    private final int threadsPerDirectory;
    private final Clock clock;
    private final Threads threads;
    private final Map<LogDirectory, Queue<Wanted>> waiting = new LinkedHashMap<>();
    private final Map<LogDirectory, Queue<Wanted>> missing = new LinkedHashMap<>();
    private final Map<TopicPartition, LogOpening> openings = new ConcurrentHashMap<>();
    /// Logs that are new, whose directories' names are not forced yet.
    private final Map<LogDirectory, Queue<LogOpening>> created = new ConcurrentHashMap<>();
    private final AtomicLong checkedBytes = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private int wanted;
    /// Threads that open logs now; under the lock.
    private int running;
    private volatile boolean stopped;

    private record Wanted(TopicPartition partition, Uuid topicId, LogConfig config) {}

    public LogOpenings(int threadsPerDirectory, Clock clock, Threads threads) {
        this.threadsPerDirectory = threadsPerDirectory;
        this.clock = clock;
        this.threads = threads;
    }

    /// A log that the directory may hold. Each partition once.
    public void add(LogDirectory directory, TopicPartition partition, Uuid topicId, LogConfig config) {
        var kind = directory.holds(partition) ? waiting : missing;
        kind.computeIfAbsent(directory, _ -> new ConcurrentLinkedQueue<>()).add(new Wanted(partition, topicId, config));
        wanted++;
    }

    /// Number of logs that will be created in a directory.
    public int countMissing(LogDirectory directory) {
        var queue = missing.get(directory);
        return queue == null ? 0 : queue.size();
    }

    /// Open all logs and return the results. An interrupt ends it early, with the thread's interrupt status set:
    /// logs that are being opened are waited for, the others are missing.
    public Map<TopicPartition, LogOpening> open() {
        long start = clock.nanos();
        var workers = start();
        boolean slow = awaitEnd();
        for (var worker : workers) Joining.join(worker);
        created.forEach(this::forceCreated);
        if (slow)
            LOG.info(
                    "Opened {} logs in {} ms with {} threads, {} bytes checked",
                    openings.size(),
                    (clock.nanos() - start) / 1_000_000,
                    workers.size(),
                    checkedBytes);
        return Map.copyOf(openings);
    }

    private List<Thread> start() {
        var workers = new ArrayList<Thread>();
        waiting.forEach((directory, logs) -> start(directory, logs, threadsPerDirectory, "log-recovery-", workers));
        missing.forEach((directory, logs) -> start(directory, logs, CREATING_THREADS_MAX, "log-creation-", workers));
        return workers;
    }

    private void start(LogDirectory directory, Queue<Wanted> logs, int threadsMax, String name, List<Thread> workers) {
        int count = Math.min(threadsMax, logs.size());
        for (int i = 0; i < count; i++) workers.add(startOne(name + directory.path() + "-" + i, directory, logs));
    }

    private Thread startOne(String name, LogDirectory directory, Queue<Wanted> logs) {
        lock.lock();
        try {
            Thread worker = threads.start(name, () -> {
                try {
                    openFrom(directory, logs);
                } finally {
                    ended();
                }
            });
            running++;
            return worker;
        } finally {
            lock.unlock();
        }
    }

    private void forceCreated(LogDirectory directory, Queue<LogOpening> logs) {
        var failed = directory.forceCreated(logs);
        if (failed.isEmpty()) return;
        for (var each : logs) openings.put(each.partition(), new LogOpening.Failed(each.partition(), failed.get()));
    }

    private void openFrom(LogDirectory directory, Queue<Wanted> queue) {
        for (var next = queue.poll(); next != null && !stopped; next = queue.poll()) {
            var opening = directory.openUnforced(next.partition(), next.topicId(), next.config());
            if (opening instanceof LogOpening.Opened opened) {
                var _ = checkedBytes.addAndGet(opened.recovery().scannedBytes());
            }
            openings.put(next.partition(), opening);
            boolean isCreated = opening instanceof LogOpening.Opened
                    && directory.log(next.partition()).isEmpty();
            if (isCreated)
                created.computeIfAbsent(directory, _ -> new ConcurrentLinkedQueue<>())
                        .add(opening);
        }
    }

    private void ended() {
        lock.lock();
        try {
            running--;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// True when it took so long that something was said.
    private boolean awaitEnd() {
        boolean interrupted = false;
        boolean slow = false;
        long nextLine = clock.nanos() + BETWEEN_LINES_NANOS;
        lock.lock();
        try {
            while (running > 0) {
                try {
                    clock.awaitUntil(lock, moved, nextLine);
                } catch (InterruptedException e) {
                    interrupted = true;
                    stopped = true;
                }
                if (running == 0 || clock.nanos() - nextLine < 0) continue;
                slow = true;
                LOG.info("Opened {} of {} logs, {} bytes checked", openings.size(), wanted, checkedBytes);
                nextLine = clock.nanos() + BETWEEN_LINES_NANOS;
            }
        } finally {
            lock.unlock();
            if (interrupted) Thread.currentThread().interrupt();
        }
        return slow;
    }
}
