package barnabas.console.view;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.client.ClientException;
import barnabas.client.TopicPartition;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Ends of the partitions that live tails wait for. Of any number of tails of the same partitions one looks every
/// quarter of a second, and a second after the ends have moved; the others sleep until then.
final class TailEnds {
    private static final Duration PAUSE = Duration.ofMillis(250);
    /// After a change: each look that finds one is an answer to every tail, and people do not read faster.
    private static final Duration BUSY_PAUSE = Duration.ofSeconds(1);

    /// The way to the cluster.
    @FunctionalInterface
    interface Source {
        Map<TopicPartition, Long> ends(List<TopicPartition> partitions) throws ClientException;
    }

    private final Source source;
    private final Clock clock;
    private final int watchesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<List<TopicPartition>, Watch> watches; // guarded by lock

    /// @param watchesMax sets of partitions whose ends are kept
    TailEnds(Source source, Clock clock, int watchesMax) {
        this.source = source;
        this.clock = clock;
        this.watchesMax = watchesMax;
        this.watches = new LinkedHashMap<>(16, 0.75f, true);
    }

    /// Wait until the ends are others than `seen`, at most until `end`. Without `seen` they are at most a quarter of a
    /// second old.
    ///
    /// @param seen answer of an earlier call
    Map<TopicPartition, Long> await(
            List<TopicPartition> partitions, @Nullable Map<TopicPartition, Long> seen, Deadline end)
            throws ClientException, InterruptedException {
        return watch(List.copyOf(partitions)).await(seen, end);
    }

    private Watch watch(List<TopicPartition> partitions) {
        lock.lock();
        try {
            Watch present = watches.get(partitions);
            if (present != null) return present;
            if (watches.size() >= watchesMax)
                watches.remove(watches.keySet().iterator().next());
            var made = new Watch(partitions);
            watches.put(partitions, made);
            return made;
        } finally {
            lock.unlock();
        }
    }

    /// Ends of one set of partitions, and the tails that wait for them.
    private final class Watch {
        private final List<TopicPartition> partitions;
        private final ReentrantLock turn = new ReentrantLock();
        private final Condition changed = turn.newCondition();
        private @Nullable Map<TopicPartition, Long> ends; // guarded by turn
        private Deadline nextLook = Deadline.in(Duration.ZERO, clock); // guarded by turn
        private boolean looking; // guarded by turn

        Watch(List<TopicPartition> partitions) {
            this.partitions = partitions;
        }

        Map<TopicPartition, Long> await(@Nullable Map<TopicPartition, Long> seen, Deadline end)
                throws ClientException, InterruptedException {
            turn.lockInterruptibly();
            try {
                while (true) {
                    Map<TopicPartition, Long> present = ends;
                    if (present != null) {
                        boolean isNews = seen == null ? !nextLook.passed() : !present.equals(seen);
                        if (isNews || end.passed()) return present;
                    }
                    if (!looking) look(end);
                    else if (present == null) Deadline.in(PAUSE, clock).await(turn, changed);
                    else end.await(turn, changed);
                }
            } finally {
                // Another one looks from now on.
                if (!looking) changed.signal();
                turn.unlock();
            }
        }

        /// Asks the cluster when it is time; not when `end` comes first.
        private void look(Deadline end) throws ClientException, InterruptedException {
            Deadline due = nextLook;
            Deadline wake = ends != null && end.nanos() - due.nanos() < 0 ? end : due;
            Map<TopicPartition, Long> found = null;
            looking = true;
            turn.unlock();
            try {
                while (!wake.passed()) {
                    wake.park(this);
                    if (Thread.interrupted()) throw new InterruptedException("the client has gone");
                }
                if (due.passed()) found = source.ends(partitions);
            } finally {
                turn.lock();
                looking = false;
                if (found != null) {
                    boolean isFirst = ends == null;
                    boolean isChange = !found.equals(ends);
                    ends = found;
                    nextLook = Deadline.in(isChange && !isFirst ? BUSY_PAUSE : PAUSE, clock);
                    if (isChange) changed.signalAll();
                }
            }
        }
    }
}
