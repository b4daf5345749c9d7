package barnabas.broker.cluster;

import barnabas.base.Clock;
import barnabas.protocol.Uuid;
import java.util.HashMap;
import java.util.Map;

/// Shortages of space in log directories: which last, and which are over.
///
/// Owner: the caller's lock.
final class Shortages {
    /// Time after the first shortage from which on another one counts.
    private static final long REPEATED_NANOS = 1_000_000_000L;
    private static final long FORGOTTEN_NANOS = 120_000_000_000L;
    /// Time without a shortage before replicas come back; twice as long each time that this was too early, as with the
    /// quota of a user, which the free space does not show.
    private static final long QUIET_NANOS = 3_000_000_000L;

    private static final long QUIET_NANOS_MAX = 60_000_000_000L;

    /// @param isOver whether replicas have come back since
    private record Shortage(long first, long last, long quietNanos, boolean isOver) {}

    private final Clock clock;
    private final Map<Uuid, Shortage> byDirectory = new HashMap<>();

    Shortages(Clock clock) {
        this.clock = clock;
    }

    /// An operation in the directory has failed for lack of space.
    ///
    /// @return true when the shortage lasts
    boolean lasts(Uuid directory) {
        long now = clock.nanos();
        Shortage before = byDirectory.get(directory);
        if (before == null || now - before.last > FORGOTTEN_NANOS) before = new Shortage(now, now, QUIET_NANOS, false);
        if (before.isOver) before = new Shortage(now, now, Math.min(2 * before.quietNanos, QUIET_NANOS_MAX), false);
        byDirectory.put(directory, new Shortage(before.first, now, before.quietNanos, false));
        return now - before.first >= REPEATED_NANOS;
    }

    /// True when a shortage was followed by a time without one: where there is space, [#over] ends it.
    boolean isQuiet(Uuid directory) {
        Shortage before = byDirectory.get(directory);
        return before != null && !before.isOver && clock.nanos() - before.last >= before.quietNanos;
    }

    void over(Uuid directory) {
        byDirectory.computeIfPresent(
                directory, (_, before) -> new Shortage(before.first, before.last, before.quietNanos, true));
    }
}
