package barnabas.bench.scenario;

import barnabas.bench.measure.Measurement;
import java.io.IOException;
import java.util.OptionalLong;

/// One system inside one scenario: warmed up once, measured round by round, and frozen while the others are measured.
public interface Session extends AutoCloseable {
    void warmUp() throws IOException, InterruptedException;

    Measurement measure(int round) throws IOException, InterruptedException;

    /// A further round with instruments that would disturb the timed ones; only counts are taken from it.
    Measurement diagnose() throws IOException, InterruptedException;

    void pause() throws IOException, InterruptedException;

    void resume() throws IOException, InterruptedException;

    /// The options of the JVM that serves, as its command line shows them.
    String jvmOptions() throws IOException;

    /// The process that serves; empty where every round has a process of its own.
    OptionalLong pid();

    @Override
    void close() throws IOException;
}
