package barnabas.bench.system;

import java.io.IOException;

/// Load on a broker while its AOT cache is recorded.
@FunctionalInterface
public interface Training {
    void run(RunningBroker broker) throws IOException, InterruptedException;
}
