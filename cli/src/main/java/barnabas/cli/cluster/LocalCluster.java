package barnabas.cli.cluster;

import barnabas.base.Deadline;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import barnabas.client.Address;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Processes of a local cluster: starts them, reports those that die, starts those again that a restart was asked for,
/// stops all in order.
///
/// Owner: the thread of the command.
public final class LocalCluster implements AutoCloseable {
    private static final Duration START_TICK = Duration.ofMillis(10);
    private static final Duration WATCH_TICK = Duration.ofMillis(100);
    private static final int TICKS_PER_LOG_LOOK = 50;
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final long STOP_MILLIS_MAX = 15_000;

    private final ClusterFolder folder;
    private final Console console;
    private final Interruption interruption;
    private final Map<Integer, NodeProcess> running = new TreeMap<>();
    /// Nodes that were started upon a request and do not serve clients yet.
    private final Set<Integer> starting = new TreeSet<>();

    public LocalCluster(ClusterFolder folder, Console console, Interruption interruption) {
        this.folder = folder;
        this.console = console;
        this.interruption = interruption;
    }

    /// Returns when a topic with a replica on every node can be created.
    ///
    /// @return false when interrupted
    /// @throws Failure when a node ends
    public boolean start() throws Failure, IOException, InterruptedException {
        for (LocalNode each : folder.nodes()) running.put(each.id(), NodeProcess.start(each));
        var deadline = Deadline.in(START_MAX, console.clock());
        var progress = new StartProgress(console);
        try {
            while (!isComplete()) {
                if (interruption.awaitRequest(START_TICK)) return false;
                for (NodeProcess each : running.values()) if (!each.isAlive()) throw new Failure(each.end());
                progress.update(waiting());
                if (deadline.passed())
                    throw new Failure("not ready after " + START_MAX.toSeconds() + " s: " + waiting() + " (logs: "
                            + folder.nodes().getFirst().log() + " and its like)");
            }
        } finally {
            progress.clear();
        }
        return true;
    }

    private boolean isComplete() throws Failure, IOException {
        for (NodeProcess each : running.values()) if (!each.isReady()) return false;
        for (LocalNode each : folder.nodes())
            if (brokersSeenBy(each) < folder.nodes().size()) return false;
        return true;
    }

    private String waiting() throws IOException {
        var ids = new StringBuilder();
        for (NodeProcess each : running.values())
            if (!each.isReady())
                ids.append(ids.isEmpty() ? "waiting for node " : ", ")
                        .append(each.node().id());
        return ids.isEmpty() ? "waiting until every node sees all brokers" : ids.toString();
    }

    /// Brokers that are registered and not fenced; none while the node does not answer.
    private int brokersSeenBy(LocalNode node) throws Failure {
        var options = folder.connection().withConnectTimeout(ANSWER_MAX).withRequestTimeout(ANSWER_MAX);
        try (var cluster = new Cluster(List.of(Address.parse(node.address())), options, ANSWER_MAX, console.random())) {
            cluster.refresh(List.of(), false);
            return cluster.metadata().brokers().size();
        } catch (ClientException e) {
            return 0;
        }
    }

    /// Returns when interrupted, or when no node runs any more.
    ///
    /// @return the exit code of the command
    public int watch() throws IOException, InterruptedException {
        for (long ticks = 0; !interruption.awaitRequest(WATCH_TICK); ticks++) {
            if (ticks % TICKS_PER_LOG_LOOK == 0)
                for (LocalNode each : folder.nodes()) {
                    boolean _ = NodeLog.rotate(each.log(), NodeLog.BYTES_MAX);
                }
            for (Iterator<NodeProcess> each = running.values().iterator(); each.hasNext(); ) {
                NodeProcess process = each.next();
                LocalNode node = process.node();
                boolean alive = process.isAlive();
                if (alive && !process.isReady()) continue;
                boolean started = starting.remove(node.id());
                if (!alive) {
                    each.remove();
                    Files.deleteIfExists(node.pid());
                    if (started || !Files.exists(node.restart())) console.problem(process.end() + remedy(node));
                }
                if (started) Files.deleteIfExists(node.restart());
            }
            for (LocalNode each : folder.nodes()) if (!running.containsKey(each.id())) startAgain(each);
            if (running.isEmpty()) {
                console.problem("no node runs any more");
                return 1;
            }
        }
        return 0;
    }

    /// Starts a node that a restart was asked for, once its last process has ended.
    private void startAgain(LocalNode node) throws IOException {
        if (!Files.exists(node.restart())) return;
        starting.add(node.id());
        running.put(node.id(), NodeProcess.start(node));
    }

    /// Empty for the last node: the cluster ends with it.
    private String remedy(LocalNode node) {
        if (running.isEmpty()) return "";
        return "; 'barnabas cluster restart --data " + folder.path() + " --node " + node.id() + "' starts it again";
    }

    /// Stops all nodes in order and at the same time: the last ones of a row would wait for a quorum that is gone.
    @Override
    public void close() throws IOException {
        boolean interrupted = false;
        for (NodeProcess each : running.values()) each.requestStop();
        for (NodeProcess each : running.values()) {
            try {
                if (!interrupted && each.awaitEnd(STOP_MILLIS_MAX)) {
                    Files.deleteIfExists(each.node().pid());
                    continue;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
            each.kill();
            console.problem("node " + each.node().id() + " did not stop in " + STOP_MILLIS_MAX / 1_000
                    + " s and was killed (log: " + each.node().log() + ")");
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
