package barnabas.bench.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Nodes of one cluster, each a process of its own that is broker and controller. One thread uses it.
public final class RunningCluster implements AutoCloseable {
    private final List<RunningBroker> nodes = new ArrayList<>();

    private RunningCluster() {}

    /// Formats the directories where there are none, then starts all nodes, and returns at once.
    public static RunningCluster start(BrokerSystem system, Path directory, int nodes, Map<String, String> config)
            throws IOException, InterruptedException {
        List<Launch> launches = new ArrayList<>();
        for (Member member : Member.cluster(nodes)) {
            Launch launch = new Launch(directory.resolve("node-" + member.id()), Cpus.all(), config).asNode(member);
            system.format(launch);
            launches.add(launch);
        }
        RunningCluster cluster = new RunningCluster();
        try {
            for (Launch launch : launches) cluster.nodes.add(system.launch(launch));
            return cluster;
        } catch (IOException e) {
            cluster.close();
            throw e;
        }
    }

    public List<RunningBroker> nodes() {
        return nodes;
    }

    /// The node with this id; ids count from 1.
    public RunningBroker node(int id) {
        return nodes.get(id - 1);
    }

    /// The monotonic time just before the first process was started.
    public long startedNanos() {
        return nodes.getFirst().startedNanos();
    }

    /// Fails with the last lines of a node's own output if it has ended.
    public void checkAlive() throws IOException {
        for (RunningBroker node : nodes) node.checkAlive();
    }

    /// Freezes all nodes.
    public void pause() throws IOException, InterruptedException {
        for (RunningBroker node : nodes) node.pause();
    }

    public void resume() throws IOException, InterruptedException {
        for (RunningBroker node : nodes) node.resume();
    }

    /// kill -9 for each.
    @Override
    public void close() {
        nodes.forEach(RunningBroker::close);
    }
}
