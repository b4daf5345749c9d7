package barnabas.coordination;

import java.util.PriorityQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The time-outs of one shard: plain data without a clock. Deadlines are in [Now#ticks].
///
/// A heartbeat moves a deadline further away many times before it is ever reached, so moving one later only
/// notes the new deadline; the queue learns of it when the old one comes up.
public final class Timers {
    private static final int SWEEP_SIZE_MIN = 64;

    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
    private int cancelled;
    private long settings;

    /// One pending time-out, held by whom it concerns.
    public static final class Timer {
        /// Null once the timer has fired or was cancelled: its place in the queue stays for a while, and what the
        /// time-out concerned (a member with its metadata) must not stay with it.
        private @Nullable Function<Now, Decision> expiry;

        private long deadline;
        private long setting;
        private long queuedAt = Long.MIN_VALUE;

        private Timer(long deadline, Function<Now, Decision> expiry) {
            this.deadline = deadline;
            this.expiry = expiry;
        }

        public boolean isActive() {
            return expiry != null;
        }

        public long deadline() {
            return deadline;
        }
    }

    /// A place in the queue; out of date when the timer has been queued again at another time.
    private record Entry(long at, long setting, Timer timer) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(setting, other.setting);
        }

        boolean isCurrent() {
            return timer.isActive() && timer.queuedAt == at;
        }
    }

    /// @param expiry called once, when the deadline has passed and the timer was not cancelled
    public Timer schedule(long deadline, Function<Now, Decision> expiry) {
        var timer = new Timer(deadline, expiry);
        timer.setting = settings++;
        enqueue(timer);
        return timer;
    }

    /// Gives a pending timer another deadline.
    public void move(Timer timer, long deadline) {
        if (!timer.isActive()) return;
        timer.deadline = deadline;
        timer.setting = settings++;
        if (deadline < timer.queuedAt) {
            cancelled++;
            enqueue(timer);
            sweep();
        }
    }

    public void cancel(@Nullable Timer timer) {
        if (timer == null || !timer.isActive()) return;
        timer.expiry = null;
        cancelled++;
        sweep();
    }

    private void enqueue(Timer timer) {
        timer.queuedAt = timer.deadline;
        queue.add(new Entry(timer.deadline, timer.setting, timer));
    }

    /// Members that come and go would otherwise leave their long time-outs behind.
    private void sweep() {
        if (queue.size() >= SWEEP_SIZE_MIN && cancelled > queue.size() / 2) {
            queue.removeIf(entry -> !entry.isCurrent());
            cancelled = 0;
        }
    }

    /// When [#expire] has something to do at the latest; [Long#MAX_VALUE] when nothing is pending. May be
    /// earlier than the first real deadline.
    public long nextDeadline() {
        Entry first = queue.peek();
        return first == null ? Long.MAX_VALUE : first.at;
    }

    /// Fires one timer that is due; null when none is.
    public @Nullable Decision expire(Now now) {
        while (true) {
            Entry first = queue.peek();
            if (first == null || first.at > now.ticks()) return null;
            queue.poll();
            Timer timer = first.timer;
            Function<Now, Decision> expiry = timer.expiry;
            if (expiry == null || !first.isCurrent()) {
                cancelled = Math.max(0, cancelled - 1);
            } else if (timer.deadline > now.ticks()) {
                enqueue(timer);
            } else {
                timer.expiry = null;
                return expiry.apply(now);
            }
        }
    }

    int queued() {
        return queue.size();
    }
}
