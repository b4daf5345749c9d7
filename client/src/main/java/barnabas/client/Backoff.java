package barnabas.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// Pauses between tries, each twice as long as the one before up to a limit, spread by a fifth so that clients
/// which failed
/// together do not come back together.
final class Backoff {
    private final long maxNanos;
    private final RandomGenerator random;
    private long nextNanos;

    Backoff(Duration first, Duration max, RandomGenerator random) {
        this.nextNanos = first.toNanos();
        this.maxNanos = max.toNanos();
        this.random = random;
    }

    /// Sleeps, but not beyond the deadline.
    void pause(Deadline deadline) throws StoppedException {
        long nanos = (long) (nextNanos * random.nextDouble(0.8, 1.2));
        nextNanos = Math.min(maxNanos, nextNanos * 2);
        try {
            Thread.sleep(deadline.leftUpTo(Duration.ofNanos(nanos)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("stopped between two tries");
        }
    }
}
