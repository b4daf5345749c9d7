package barnabas.replication;

import barnabas.base.Clock;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/// Moments in which this broker began to lead partitions that another one led.
///
/// A follower has one fetch at a time at a leader, which waits there for records. A partition that this broker begins
/// to lead is not part of it, and records with acks=all wait until the follower fetches that partition too. Likewise a
/// consumer sees no records of that partition before it fetches again. So waiting fetches are answered at each
/// election, and wait shortly for a while: a follower's image may come later, and so may a consumer's look for the
/// leader.
///
/// ```
/// election ─5 ms─► ─5─► ─10─► ─20─► ─40─► ─80─► ...    fetches of a consumer with nothing to read
/// ```
///
/// Any thread.
public final class Elections {
    private static final long UNREST_NANOS = 1_000_000_000;
    private static final long LONG_AGO_NANOS = 86_400_000_000_000L;
    private static final int FIRST_WAIT_MILLIS = 5;
    private static final int FOLLOWER_WAIT_MILLIS_MAX = 20;

    private final Clock clock;
    /// Waiting fetches by their numbers, at most one for each connection. In the order in which they came, so that a
    /// simulation has one course.
    private final ConcurrentSkipListMap<Long, Runnable> waiting = new ConcurrentSkipListMap<>();

    private final AtomicLong watches = new AtomicLong();

    private volatile long lastNanos;

    Elections(Clock clock) {
        this.clock = clock;
        this.lastNanos = clock.nanos() - LONG_AGO_NANOS;
    }

    /// This broker leads more partitions than before, and is ready for their followers and consumers.
    public void elected() {
        lastNanos = clock.nanos();
        for (Runnable each : waiting.values()) each.run();
    }

    /// Whether an election came after `nanos`.
    public boolean isAfter(long nanos) {
        return lastNanos - nanos > 0;
    }

    /// Time that the fetch of a follower may wait for records, at most `millis`.
    public int followerWaitMillis(int millis) {
        return Math.min(waitMillis(millis), isUnrest() ? FOLLOWER_WAIT_MILLIS_MAX : millis);
    }

    /// Time that any fetch may wait for records, at most `millis`: after an election as long as that is ago.
    public int waitMillis(int millis) {
        long since = (clock.nanos() - lastNanos) / 1_000_000;
        return (int) Math.min(millis, Math.max(FIRST_WAIT_MILLIS, since));
    }

    private boolean isUnrest() {
        return clock.nanos() - lastNanos < UNREST_NANOS;
    }

    /// Has `wake` run at each election, on the thread that applies it.
    ///
    /// @return number for [#unwatch]
    public long watch(Runnable wake) {
        long number = watches.incrementAndGet();
        waiting.put(number, wake);
        return number;
    }

    public void unwatch(long number) {
        waiting.remove(number);
    }
}
