package barnabas.replication;

import barnabas.base.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Moments in which this broker began to lead partitions that another one led.
///
/// A follower has one fetch at a time at a leader, which waits there for records. A partition that this broker begins
/// to lead is not part of it, and records with acks=all wait until the follower fetches that partition too. So fetches
/// of followers are answered at each election, and wait shortly for a while: the image of a follower may come later.
///
/// Any thread.
public final class Elections {
    private static final long UNREST_NANOS = 1_000_000_000;
    private static final int UNREST_WAIT_MILLIS_MAX = 20;

    private final Clock clock;
    /// Waiting fetches, at most one for each connection of a follower.
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();

    private volatile long lastNanos;

    Elections(Clock clock) {
        this.clock = clock;
        this.lastNanos = clock.nanos() - UNREST_NANOS;
    }

    /// This broker leads more partitions than before, and is ready for their followers.
    public void elected() {
        lastNanos = clock.nanos();
        for (Runnable each : waiting) each.run();
    }

    /// Whether an election came after `nanos`.
    public boolean isAfter(long nanos) {
        return lastNanos - nanos > 0;
    }

    /// Time that the fetch of a follower may wait for records, at most `millis`.
    public int waitMillis(int millis) {
        return clock.nanos() - lastNanos < UNREST_NANOS ? Math.min(millis, UNREST_WAIT_MILLIS_MAX) : millis;
    }

    /// Has `wake` run at each election, on the thread that applies it.
    public void watch(Runnable wake) {
        waiting.add(wake);
    }

    public void unwatch(Runnable wake) {
        waiting.remove(wake);
    }
}
