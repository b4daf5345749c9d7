package barnabas.net.peer;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// Pauses between attempts to connect: each twice as long as the one before, up to a limit, spread by a fifth so that
/// nodes that lost one peer together do not come back together. Owner: the peer's event loop.
final class ReconnectBackoff {
    private final long firstNanos;
    private final long maxNanos;
    private final RandomGenerator random;
    private long nextNanos;

    ReconnectBackoff(Duration first, Duration max, RandomGenerator random) {
        this.firstNanos = first.toNanos();
        this.maxNanos = max.toNanos();
        this.random = random;
        this.nextNanos = firstNanos;
    }

    /// Nanoseconds to wait after another failure.
    long failed() {
        long pause = (long) (nextNanos * (0.8 + 0.4 * random.nextDouble()));
        nextNanos = Math.min(maxNanos, nextNanos * 2);
        return Math.min(maxNanos, pause);
    }

    void succeeded() {
        nextNanos = firstNanos;
    }
}
