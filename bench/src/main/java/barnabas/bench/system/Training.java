package barnabas.bench.system;

import java.io.IOException;

/// What a broker is made to do while its AOT cache is recorded.
@FunctionalInterface
public interface Training {
    void run(RunningBroker broker) throws IOException, InterruptedException;
}
