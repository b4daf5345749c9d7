package barnabas.conformance.chaos;

import java.util.concurrent.ConcurrentSkipListSet;

/// Moments at which something was answered, and the longest time without one.
final class Moments {
    private final ConcurrentSkipListSet<Long> nanos = new ConcurrentSkipListSet<>();

    void add() {
        nanos.add(System.nanoTime());
    }

    boolean hasOneSince(long since) {
        return nanos.ceiling(since) != null;
    }

    /// The longest time between two of them, or between one of them and an end of this time, ms.
    ///
    /// @param fromNanos a time that began before counts from its begin
    long longestGapMillis(long fromNanos, long toNanos) {
        Long before = nanos.floor(fromNanos);
        long last = before == null ? fromNanos : before;
        long longest = 0;
        for (long each : nanos.subSet(fromNanos, toNanos)) {
            longest = Math.max(longest, each - last);
            last = each;
        }
        return Math.max(longest, toNanos - last) / 1_000_000;
    }
}
