package barnabas.bench.system;

import java.io.IOException;
import java.util.Map;

/// A system under test: one kind of broker with one set of settings.
public sealed interface BrokerSystem permits KafkaSystem, BarnabasSystem {
    /// The name in tables and on the command line, for example `kafka-tuned`.
    String name();

    /// Every setting that a reader needs to repeat a row: JVM options and broker configs that are not defaults.
    ///
    /// @param nodes how many form a cluster; 1 for a node alone
    Map<String, String> settings(int nodes);

    /// One-time preparation outside all measurements: formatting a data directory, training an AOT cache.
    void prepare(Training training) throws IOException, InterruptedException;

    /// Formats the data directory of a member of a cluster, if there is none.
    void format(Launch launch) throws IOException, InterruptedException;

    /// Starts the process and returns at once; it is not ready yet.
    RunningBroker launch(Launch launch) throws IOException;
}
