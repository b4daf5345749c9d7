package barnabas.client;

import barnabas.base.Deadline;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// Pauses between tries, each twice as long as the one before up to a limit, spread by a fifth so that clients
/// which failed together do not come back together.
public final class Backoff {
    private final long maxNanos;
    private final RandomGenerator random;
    private final ClientEnd end;
    private long nextNanos;

    /// @param end ends pauses
    Backoff(Duration first, Duration max, RandomGenerator random, ClientEnd end) {
        this.nextNanos = first.toNanos();
        this.maxNanos = max.toNanos();
        this.random = random;
        this.end = end;
    }

    /// Waits, but neither beyond the deadline nor for a client that is closed.
    public void pause(Deadline deadline) throws StoppedException {
        long nanos = (long) (nextNanos * random.nextDouble(0.8, 1.2));
        nextNanos = Math.min(maxNanos, nextNanos * 2);
        try {
            if (end.await(Math.min(nanos, deadline.left().toNanos()))) {
                throw new StoppedException("the client is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("stopped between two tries");
        }
    }
}
