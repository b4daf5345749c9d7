package barnabas.broker;

import barnabas.base.Clock;
import barnabas.base.Schedule;
import barnabas.base.Threads;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees loops that stand still. Every five seconds each loop gets a task that notes that the loop runs. A loop
/// that does not run its task within `loggedSeconds` is logged once, with its stack; after `endSeconds` the node
/// ends: what the loop serves would wait for ever, and a supervisor can start a node that works.
///
/// Time is counted in checks, so that a machine that was suspended does not count as a loop that stands still.
///
/// Owner: the thread of its schedule.
final class Watchdog implements AutoCloseable {
    static final int CHECK_SECONDS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    /// A loop under watch.
    ///
    /// @param loop takes tasks that return at once
    /// @param loggedSeconds until its stack is logged
    /// @param endSeconds until the node ends; 0 for never
    record Loop(String name, Executor loop, int loggedSeconds, int endSeconds) {}

    private static final class Watched {
        private final Loop loop;
        private volatile boolean answered = true;
        private volatile @Nullable Thread thread;
        private int missedSeconds;

        Watched(Loop loop) {
            this.loop = loop;
        }

        void ask() {
            answered = false;
            missedSeconds = 0;
            try {
                loop.loop().execute(() -> {
                    thread = Thread.currentThread();
                    answered = true;
                });
            } catch (RejectedExecutionException ended) {
                answered = true; // the end of a loop is reported by itself
            }
        }

        /// The place where the loop stands, as the stack of an exception.
        IllegalStateException standing() {
            Thread found = thread;
            String name = found == null ? loop.name() : found.getName();
            var standing = new IllegalStateException(name + " has stood still for " + missedSeconds + " seconds");
            standing.setStackTrace(found == null ? new StackTraceElement[0] : found.getStackTrace());
            return standing;
        }
    }

    private final List<Watched> watched;
    private final Threads threads;
    private final Schedule schedule;

    Watchdog(List<Loop> loops, Clock clock, Threads threads) {
        this.watched = loops.stream().map(Watched::new).toList();
        this.threads = threads;
        this.schedule = new Schedule("watchdog", clock, threads);
    }

    Watchdog start() {
        schedule.everyMillis(CHECK_SECONDS * 1_000L, this::check);
        return this;
    }

    void check() {
        for (Watched each : watched) {
            if (each.answered) {
                each.ask();
                continue;
            }
            int before = each.missedSeconds;
            each.missedSeconds += CHECK_SECONDS;
            if (crosses(before, each.missedSeconds, each.loop.loggedSeconds())) {
                IllegalStateException standing = each.standing();
                LOG.warn("{}", standing.getMessage(), standing);
            }
            if (crosses(before, each.missedSeconds, each.loop.endSeconds()))
                threads.fail(each.loop.name(), each.standing());
        }
    }

    private static boolean crosses(int before, int after, int bound) {
        return bound > 0 && before < bound && after >= bound;
    }

    @Override
    public void close() {
        schedule.close();
    }
}
