package barnabas.broker.cluster;

import barnabas.base.Clock;
import barnabas.base.DiskError;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Failures of work that is repeated: each is logged when it begins and once an hour while it lasts, and no more than
/// a few lines a minute in all. Owner: one thread.
final class RepeatedFailures {
    private static final Logger LOG = LoggerFactory.getLogger(RepeatedFailures.class);
    private static final long AGAIN_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int LINES_PER_WINDOW_MAX = 10;
    /// More partitions than a node has.
    private static final int KNOWN_MAX = 100_000;

    /// One piece of work on the disk.
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    private final Clock clock;
    /// When each failure that lasts was logged.
    private final Map<String, Long> known = new HashMap<>();

    private long windowStartNanos;
    private int linesInWindow;

    RepeatedFailures(Clock clock) {
        this.clock = clock;
        this.windowStartNanos = clock.nanos();
    }

    /// Runs the work. A failure is logged and goes no further, so that the work on other things goes on.
    ///
    /// @param of what it is done on: a partition, a directory
    void attempt(String what, Object of, Work work) {
        try {
            work.run();
            if (!known.isEmpty()) known.remove(key(what, of));
        } catch (IOException | RuntimeException e) {
            failed(what, of, e);
        }
    }

    private static String key(String what, Object of) {
        return what + " of " + of;
    }

    private void failed(String what, Object of, Exception cause) {
        String key = key(what, of);
        long now = clock.nanos();
        Long logged = known.get(key);
        if (logged != null && now - logged < AGAIN_NANOS) return;
        if (now - windowStartNanos >= WINDOW_NANOS) {
            windowStartNanos = now;
            linesInWindow = 0;
        }
        // one that finds no room is logged when it fails again
        if (linesInWindow >= LINES_PER_WINDOW_MAX || known.size() >= KNOWN_MAX) return;
        linesInWindow++;
        known.put(key, now);
        if (cause instanceof IOException failed && DiskError.of(failed).passes())
            LOG.warn("{} failed and is tried again: {}", key, failed.toString());
        else LOG.error("{} failed and is tried again", key, cause);
    }
}
