package barnabas.broker.follow;

import barnabas.base.Mutex;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Figures of one [ReplicaFetcher], for metrics. Owner: as of its fetcher, but for what is read.
final class FetcherFigures {
    /// Rates over less are not worth much.
    private static final long RATE_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);

    private final LongAdder fetches = new LongAdder();
    private final Set<ReplicaKey> failed = new HashSet<>();
    private volatile int failedCount;
    private volatile long lagMax;
    private final Mutex rating = new Mutex();
    private long fetchesBefore; // guarded by rating, as all below
    private long nanosBefore;
    private boolean isRated;
    private double rate;

    void fetches() {
        fetches.increment();
    }

    /// Notes a replica that is left out because it has failed.
    void failed(ReplicaKey key) {
        failed.add(key);
        failedCount = failed.size();
    }

    /// Notes a replica that begins again or is not followed any more.
    void forget(ReplicaKey key) {
        if (failed.remove(key)) failedCount = failed.size();
    }

    void looked(Collection<Followed> followed) {
        long lag = 0;
        for (Followed each : followed) lag = Math.max(lag, each.lag());
        lagMax = lag;
    }

    int failedCount() {
        return failedCount;
    }

    long lagMax() {
        return lagMax;
    }

    /// Since the reading before; 0 at the first one, that of the reading before within a second of it.
    double fetchesPerSecond(long nowNanos) {
        try (var _ = rating.hold()) {
            if (isRated && nowNanos - nanosBefore < RATE_NANOS_MIN) return rate;
            long now = fetches.sum();
            if (isRated) rate = (now - fetchesBefore) * 1e9 / (nowNanos - nanosBefore);
            isRated = true;
            fetchesBefore = now;
            nanosBefore = nowNanos;
            return rate;
        }
    }
}
