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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Processes of a local cluster: starts them, reports those that die, stops and starts those again that a restart was
/// asked for, stops all in order.
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
    /// Until when nodes that were asked to stop for a restart may take.
    private final Map<Integer, Deadline> stopping = new TreeMap<>();
    /// The last problem of a node that was reported and is not reported again.
    private final Map<Integer, String> problems = new TreeMap<>();

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
    public int watch() throws InterruptedException {
        for (long ticks = 0; !interruption.awaitRequest(WATCH_TICK); ticks++) {
            if (ticks % TICKS_PER_LOG_LOOK == 0) for (LocalNode each : folder.nodes()) rotateLog(each);
            for (LocalNode each : folder.nodes()) {
                try {
                    look(each);
                } catch (IOException e) {
                    problemOnce(each, "files of node " + each.id() + " cannot be read or changed: " + e.getMessage());
                }
            }
            if (running.isEmpty()) {
                console.problem("no node runs any more");
                return 1;
            }
        }
        return 0;
    }

    private void rotateLog(LocalNode node) {
        try {
            boolean _ = NodeLog.rotate(node.log(), NodeLog.BYTES_MAX);
        } catch (IOException e) {
            problemOnce(node, "the log of node " + node.id() + " cannot be kept small: " + e.getMessage());
        }
    }

    private void problemOnce(LocalNode node, String problem) {
        if (!problem.equals(problems.put(node.id(), problem))) console.problem(problem);
    }

    /// Notice the end of the node's process and requests for a restart.
    private void look(LocalNode node) throws IOException {
        NodeProcess process = running.get(node.id());
        boolean asked = Files.exists(node.restart());
        if (process != null && process.isAlive()) {
            if (starting.contains(node.id())) {
                if (!process.isReady()) return;
                starting.remove(node.id());
                Files.deleteIfExists(node.restart());
            } else if (asked || stopping.containsKey(node.id())) {
                stop(process);
            }
            return;
        }
        if (process != null) {
            running.remove(node.id());
            boolean stopped = stopping.remove(node.id()) != null;
            boolean started = starting.remove(node.id());
            Files.deleteIfExists(node.pid());
            if (started) Files.deleteIfExists(node.restart());
            // one that was asked to stop is started again also when the request was withdrawn meanwhile
            asked = !started && (asked || stopped);
            if (!stopped) console.problem(process.end() + (asked ? "" : remedy(node)));
        }
        if (asked) startAgain(node);
    }

    /// Asks once, then waits, then kills: a process that was paused does not stop in order.
    private void stop(NodeProcess process) {
        LocalNode node = process.node();
        Deadline end = stopping.get(node.id());
        if (end == null) {
            process.requestStop();
            stopping.put(node.id(), Deadline.in(Duration.ofMillis(STOP_MILLIS_MAX), console.clock()));
        } else if (end.passed()) {
            problemOnce(node, killed(process));
            process.kill();
        }
    }

    private static String killed(NodeProcess process) {
        return "node " + process.node().id() + " (process " + process.pid() + ") did not stop in "
                + STOP_MILLIS_MAX / 1_000 + " s and was killed (log: "
                + process.node().log() + ")";
    }

    /// The other nodes go on when this one cannot be started: its disk may be full.
    private void startAgain(LocalNode node) throws IOException {
        try {
            running.put(node.id(), NodeProcess.start(node));
            starting.add(node.id());
        } catch (IOException e) {
            console.problem("node " + node.id() + " was not started: " + e.getMessage());
            Files.deleteIfExists(node.restart());
        }
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
            console.problem(killed(each));
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
