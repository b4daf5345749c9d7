package barnabas.bench.scenario;

import barnabas.bench.measure.Measurement;
import java.io.IOException;
import java.util.OptionalLong;

/// One system inside one scenario: warmed up once, measured round by round, and frozen while the others are measured.
public interface Session extends AutoCloseable {
    void warmUp() throws IOException, InterruptedException;

    Measurement measure(int round) throws IOException, InterruptedException;

    /// A further round with instruments that would disturb the timed ones; only counts are taken from it. None here.
    default Measurement diagnose() throws IOException, InterruptedException {
        return new Measurement();
    }

    /// Freezes what runs between rounds; nothing where every round has processes of its own.
    default void pause() throws IOException, InterruptedException {}

    default void resume() throws IOException, InterruptedException {}

    /// The options of the JVM that serves, as its command line shows them.
    String jvmOptions() throws IOException;

    /// The process that serves; empty where every round has a process of its own.
    default OptionalLong pid() {
        return OptionalLong.empty();
    }

    @Override
    void close() throws IOException;
}
