package barnabas.bench.scenario;

import barnabas.bench.figure.ClusterFigures;
import barnabas.bench.load.FirstRecord;
import barnabas.bench.measure.Measurement;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.RunningCluster;
import barnabas.bench.system.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A cluster that is started on empty directories for every round. Between rounds there is nothing to freeze.
abstract class FreshClusterSession implements Session {
    /// As `barnabas cluster up` has them: a start waits for the first election.
    static final Map<String, String> CONFIG = Map.of(
            "controller.quorum.election.timeout.ms", "300",
            "controller.quorum.fetch.timeout.ms", "900",
            "broker.heartbeat.interval.ms", "500",
            "broker.session.timeout.ms", "3000",
            "default.replication.factor", "3",
            "min.insync.replicas", "2");

    private static final String TOPIC = "first";

    private final BrokerSystem system;
    private final Path directory;
    protected final Bed bed;
    private String jvmOptions = "";

    FreshClusterSession(BrokerSystem system, Bed bed, Path directory) {
        this.system = system;
        this.bed = bed;
        this.directory = directory;
    }

    protected final RunningCluster launchFresh() throws IOException, InterruptedException {
        Workspace.deleteTree(directory);
        return RunningCluster.start(system, directory, ClusterFigures.NODES, CONFIG);
    }

    /// Measures a cluster that was just started.
    protected abstract Measurement measure(RunningCluster cluster) throws IOException, InterruptedException;

    /// Waits until a record is acknowledged by a new topic.
    ///
    /// @return when it was
    protected static long acknowledge(RunningCluster cluster) throws IOException, InterruptedException {
        FirstRecord.acknowledge(cluster, TOPIC, cluster.startedNanos() + TimeUnit.MINUTES.toNanos(3));
        return System.nanoTime();
    }

    /// One start that is not counted.
    @Override
    public final void warmUp() throws IOException, InterruptedException {
        try (RunningCluster cluster = launchFresh()) {
            acknowledge(cluster);
            jvmOptions = cluster.node(1).jvmOptions();
        }
    }

    @Override
    public final Measurement measure(int round) throws IOException, InterruptedException {
        try (RunningCluster cluster = launchFresh()) {
            return measure(cluster);
        }
    }

    @Override
    public final String jvmOptions() {
        return jvmOptions;
    }

    @Override
    public final void close() throws IOException {
        Workspace.deleteTree(directory);
    }
}
