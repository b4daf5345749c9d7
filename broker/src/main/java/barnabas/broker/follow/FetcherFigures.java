package barnabas.broker.follow;

import barnabas.metrics.ReadRate;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/// Figures of one [ReplicaFetcher], for metrics. Owner: as of its fetcher, but for what is read.
final class FetcherFigures {
    private final LongAdder fetches = new LongAdder();
    private final Set<ReplicaKey> failed = new HashSet<>();
    private volatile int failedCount;
    private volatile long lagMax;
    private final ReadRate rate = new ReadRate();

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

    double fetchesPerSecond(long nowNanos) {
        return rate.next(fetches.sum(), nowNanos);
    }
}
