package barnabas.bench.load;

import java.io.IOException;

/// A consumer of one partition, ours or the official one. One thread uses it.
public interface Consumer extends AutoCloseable {
    /// Waits for records, half a second at most.
    void poll() throws IOException;

    /// One past the last record that was received.
    long position();

    /// Number of fetch requests that were answered so far.
    long requests();

    @Override
    void close() throws IOException;
}
