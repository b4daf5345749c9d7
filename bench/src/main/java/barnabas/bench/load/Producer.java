package barnabas.bench.load;

import java.io.Closeable;
import java.io.IOException;

/// A load of produce requests on a schedule that does not care how the broker does. Latency counts from the time at
/// which a request should have been sent, so that a stall shows in every request that it delays.
public interface Producer extends Closeable {
    /// Sends at a fixed rate and waits until everything is acknowledged.
    ///
    /// @param requestsPerSecond how many times a second one request's records are handed over
    /// @param startNanos when the first is due (`System.nanoTime`)
    LoadResult openLoop(double requestsPerSecond, double seconds, long startNanos)
            throws IOException, InterruptedException;

    /// The same, starting now.
    default LoadResult openLoop(double requestsPerSecond, double seconds) throws IOException, InterruptedException {
        return openLoop(requestsPerSecond, seconds, System.nanoTime() + 1_000_000);
    }
}
