package barnabas.bench.scenario;

import barnabas.bench.load.Topics;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.Cpus;
import barnabas.bench.system.Launch;
import barnabas.bench.system.RunningBroker;
import barnabas.bench.system.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A system that is started for every round, because the process itself is measured. Between rounds there is
/// nothing to freeze.
abstract class FreshProcessSession implements Session {
    /// Kafka's default: the long session that other scenarios give it would keep a broker that was killed from
    /// registering again for as long.
    static final Map<String, String> CONFIG = Map.of("broker.session.timeout.ms", "9000");

    private final BrokerSystem system;
    private final Path directory;
    protected final Bed bed;
    private String jvmOptions = "";

    FreshProcessSession(BrokerSystem system, Bed bed, Path directory) {
        this.system = system;
        this.bed = bed;
        this.directory = directory;
    }

    /// Starts the broker on the directory as it is now; it is not ready yet.
    protected final RunningBroker launch() throws IOException {
        return system.launch(shape(new Launch(directory, Cpus.all(), CONFIG)));
    }

    /// The start as the scenario changes it.
    protected Launch shape(Launch launch) {
        return launch;
    }

    /// Starts the broker on an empty directory and waits until it serves.
    protected final RunningBroker launchFresh() throws IOException, InterruptedException {
        Workspace.deleteTree(directory);
        RunningBroker broker = launch();
        try {
            Topics.awaitServing(broker, System.nanoTime() + TimeUnit.MINUTES.toNanos(2));
            noteOptions(broker);
            return broker;
        } catch (IOException | InterruptedException e) {
            broker.close();
            throw e;
        }
    }

    protected final void noteOptions(RunningBroker broker) throws IOException {
        jvmOptions = broker.jvmOptions();
    }

    protected final void clear() throws IOException {
        Workspace.deleteTree(directory);
    }

    @Override
    public final String jvmOptions() {
        return jvmOptions;
    }

    @Override
    public void close() throws IOException {
        clear();
    }
}
