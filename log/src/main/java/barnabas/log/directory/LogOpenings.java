package barnabas.log.directory;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.log.LogConfig;
import barnabas.log.TopicPartition;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens many logs at once, with a few threads for each directory (`num.recovery.threads.per.data.dir`), and says how
/// far it is when that takes long. Logs that are missing are created, with more threads: to create one is little work
/// and several forces, and a file system takes the forces of several threads together. Used once, by one thread.
public final class LogOpenings {
    private static final Logger LOG = LoggerFactory.getLogger(LogOpenings.class);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(2);
    private static final int CREATING_THREADS_MAX = 16;

    private final int threadsPerDirectory;
    private final Clock clock;
    private final Threads threads;
    private final Map<LogDirectory, Queue<Wanted>> waiting = new LinkedHashMap<>();
    private final Map<LogDirectory, Queue<Wanted>> missing = new LinkedHashMap<>();
    private final Map<TopicPartition, LogOpening> openings = new ConcurrentHashMap<>();
    private final AtomicLong checkedBytes = new AtomicLong();
    private int wanted;
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

    /// How many logs will be created in a directory.
    public int countMissing(LogDirectory directory) {
        var queue = missing.get(directory);
        return queue == null ? 0 : queue.size();
    }

    /// Open all logs and return the results. An interrupt ends it early, with the thread's interrupt status set:
    /// logs that are being opened are waited for, the others are missing.
    public Map<TopicPartition, LogOpening> open() {
        long start = clock.nanos();
        var workers = start();
        boolean slow = false;
        for (var worker : workers) slow |= awaitEnd(worker);
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
        for (int i = 0; i < count; i++)
            workers.add(threads.start(name + directory.path() + "-" + i, () -> openFrom(directory, logs)));
    }

    private void openFrom(LogDirectory directory, Queue<Wanted> queue) {
        for (var next = queue.poll(); next != null && !stopped; next = queue.poll()) {
            var opening = directory.openLog(next.partition(), next.topicId(), next.config());
            if (opening instanceof LogOpening.Opened opened) {
                var _ = checkedBytes.addAndGet(opened.recovery().scannedBytes());
            }
            openings.put(next.partition(), opening);
        }
    }

    /// True when it took so long that something was said.
    private boolean awaitEnd(Thread worker) {
        boolean interrupted = false;
        boolean slow = false;
        try {
            while (true) {
                try {
                    if (worker.join(BETWEEN_LINES)) return slow;
                    slow = true;
                    LOG.info("Opened {} of {} logs, {} bytes checked", openings.size(), wanted, checkedBytes);
                } catch (InterruptedException e) {
                    interrupted = true;
                    stopped = true;
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
