package barnabas.console.rest;

import barnabas.base.Deadline;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A few requests at a time do what takes memory or time; the next ones wait a little and are refused then.
public final class Turns {
    private final Semaphore free;
    private final Duration patience;

    /// End of a turn.
    public interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /// @param most at a time
    /// @param patience wait of the next one, at most
    public Turns(int most, Duration patience) {
        this.free = new Semaphore(most, true);
        this.patience = patience;
    }

    /// @throws ApiProblem 503 when none ended in time
    public Turn take() throws ApiProblem, InterruptedException {
        if (!free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS))
            throw new ApiProblem(503, "BUSY", "Others do the same now; try again in a moment");
        return free::release;
    }

    /// @return null when none ended by then
    public @Nullable Turn takeBy(Deadline end) throws InterruptedException {
        return free.tryAcquire(end.leftNanos(), TimeUnit.NANOSECONDS) ? free::release : null;
    }
}
