package barnabas.testing;

import barnabas.base.Clock;
import barnabas.base.FileDisk;
import barnabas.base.Threads;
import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import barnabas.broker.World;
import barnabas.cluster.QuorumMembership;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.log.LogEnvironment;
import barnabas.log.directory.LogDirectory;
import barnabas.net.FreePorts;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// A cluster of nodes in this process, each a broker and a controller, on free ports with their data in a temporary
/// folder. Nodes have the ids 1, 2 and so on and keep their ports. Files are not forced to disk.
///
/// ```java
/// try (var cluster = BarnabasCluster.start(3)) {
///     properties.put("bootstrap.servers", cluster.bootstrapServers());
///     cluster.kill(1);
///     cluster.restart(1);
/// }
/// ```
///
/// Owner: the thread of the test.
public final class BarnabasCluster implements AutoCloseable {
    private static final int NODES_MAX = 9;
    private static final String HOST = "127.0.0.1";

    private final Path folder;
    private final Map<String, String> settings;
    private final List<Integer> clientPorts;
    private final List<Integer> controllerPorts;
    private final Map<Integer, RunningNode> running = new TreeMap<>();
    private final Map<Integer, Future<?>> ending = new TreeMap<>();
    private final ExecutorService work = Threads.SYSTEM.perTask("test-cluster");

    private record RunningNode(Barnabas broker, SeverableNetwork network, SeverableDisk disk) {}

    private BarnabasCluster(Path folder, List<Integer> ports, Map<String, String> settings) {
        this.folder = folder;
        this.settings = settings;
        int nodes = ports.size() / 2;
        this.clientPorts = ports.subList(0, nodes);
        this.controllerPorts = ports.subList(nodes, ports.size());
    }

    /// A cluster whose nodes serve clients; a topic with a replica on each can be created.
    public static BarnabasCluster start(int nodes) throws IOException, StartFailure {
        return start(nodes, Map.of());
    }

    /// @param settings of every node, by official names, beside those that a cluster and a test need
    public static BarnabasCluster start(int nodes, Map<String, String> settings) throws IOException, StartFailure {
        if (nodes < 1 || nodes > NODES_MAX)
            throw new IllegalArgumentException("1 to " + NODES_MAX + " nodes, not " + nodes);
        var cluster = new BarnabasCluster(TestFolder.create(), FreePorts.choose(2 * nodes), Map.copyOf(settings));
        boolean complete = false;
        try {
            cluster.formatAll();
            cluster.startAll();
            complete = true;
        } finally {
            if (!complete) cluster.close();
        }
        return cluster;
    }

    /// The data directory of a node.
    Path data(int id) {
        return folder.resolve("node-" + id);
    }

    private void formatAll() throws IOException, StartFailure {
        var random = new SecureRandom();
        var environment = new LogEnvironment(
                new SeverableDisk(new FileDisk()),
                Clock.SYSTEM,
                Threads.SYSTEM,
                random,
                Runnable::run,
                1,
                LogEnvironment.ProducerLimits.ofMillis(0),
                LogEnvironment.Durability.DEFAULTS);
        String clusterId = Uuid.random(random).toString();
        for (int id = 1; id <= clientPorts.size(); id++) {
            var identity = new LogDirectory.Identity(Optional.of(clusterId), id);
            switch (LogDirectory.open(data(id), identity, environment)) {
                case LogDirectory.Opening.Opened(var directory) -> directory.close();
                case LogDirectory.Opening.Refused(var _, var reason) -> throw new StartFailure(List.of(reason));
            }
        }
    }

    /// At the same time: one alone finds no leader of the quorum.
    private void startAll() throws StartFailure {
        var starting = new TreeMap<Integer, Future<RunningNode>>();
        for (int id = 1; id <= clientPorts.size(); id++) {
            int node = id;
            starting.put(id, work.submit(() -> startNode(node)));
        }
        StartFailure failure = null;
        for (var each : starting.entrySet()) {
            try {
                running.put(each.getKey(), each.getValue().get());
            } catch (ExecutionException e) {
                failure = e.getCause() instanceof StartFailure known
                        ? known
                        : new StartFailure("node " + each.getKey() + " did not start", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failure = new StartFailure("The start was interrupted", e);
            }
        }
        if (failure != null) throw failure;
    }

    private RunningNode startNode(int id) throws StartFailure {
        return switch (BrokerConfig.parse(settings(id))) {
            case ParseResult.Invalid(var problems) -> throw new StartFailure(problems);
            case ParseResult.Valid(var config, var _) -> {
                var networks = new ArrayList<SeverableNetwork>();
                var disks = new ArrayList<SeverableDisk>();
                Barnabas broker = Barnabas.start(config, new QuorumMembership(config), world -> {
                    networks.add(new SeverableNetwork(world.network()));
                    disks.add(new SeverableDisk(world.disk()));
                    return new World(
                            world.clock(), disks.getFirst(), networks.getFirst(), world.threads(), world.random());
                });
                yield new RunningNode(broker, networks.getFirst(), disks.getFirst());
            }
        };
    }

    /// With timeouts for nodes that answer at once.
    private Map<String, String> settings(int id) {
        var voters = new ArrayList<String>();
        for (int i = 0; i < controllerPorts.size(); i++)
            voters.add((i + 1) + "@" + HOST + ":" + controllerPorts.get(i));
        String replicas = "" + Math.min(3, clientPorts.size());
        var all = new HashMap<String, String>();
        all.put("controller.quorum.election.timeout.ms", "50");
        all.put("controller.quorum.election.backoff.max.ms", "50");
        all.put("controller.quorum.fetch.timeout.ms", "900");
        all.put("broker.session.timeout.ms", "1500");
        all.put("broker.heartbeat.interval.ms", "200");
        all.put("group.initial.rebalance.delay.ms", "0");
        all.put("offsets.topic.num.partitions", "1");
        all.put("offsets.topic.replication.factor", replicas);
        all.put("transaction.state.log.num.partitions", "1");
        all.put("transaction.state.log.replication.factor", replicas);
        all.put("transaction.state.log.min.isr", "1");
        all.put("barnabas.http.listeners", "");
        all.putAll(settings);
        all.put("node.id", "" + id);
        all.put("process.roles", "broker,controller");
        all.put(
                "listeners",
                "PLAINTEXT://" + HOST + ":" + clientPorts.get(id - 1) + ",CONTROLLER://" + HOST + ":"
                        + controllerPorts.get(id - 1));
        all.put("controller.listener.names", "CONTROLLER");
        all.put("controller.quorum.voters", String.join(",", voters));
        all.put("log.dirs", data(id).toString());
        return all;
    }

    /// `host:port` of all nodes, for `bootstrap.servers`, whether they run or not.
    public String bootstrapServers() {
        return String.join(
                ",", clientPorts.stream().map(port -> HOST + ":" + port).toList());
    }

    /// A node that runs.
    public Barnabas node(int id) {
        return found(id).broker();
    }

    private RunningNode found(int id) {
        RunningNode node = running.get(id);
        if (node == null) throw new IllegalStateException("node " + id + " does not run");
        return node;
    }

    /// Stops a node in order: it hands its leaderships over.
    public void stop(int id) {
        resume(id);
        found(id).broker().close();
        running.remove(id);
    }

    /// Ends a node as `kill -9` ends a process: its connections break at once, and its leaderships move when its
    /// session is over. Its files stay as they are.
    public void kill(int id) {
        RunningNode node = found(id);
        node.disk().sever();
        node.network().sever();
        node.network().resume();
        running.remove(id);
        ending.put(id, work.submit(() -> node.broker().close()));
    }

    /// Returns when nothing of a killed node runs any more.
    void awaitKilled(int id) {
        awaitEnd(ending.get(id));
    }

    /// Starts a node again that was stopped or killed, or stops it in order and starts it.
    public void restart(int id) throws StartFailure {
        if (id < 1 || id > clientPorts.size()) throw new IllegalArgumentException("there is no node " + id);
        if (running.containsKey(id)) stop(id);
        awaitEnd(ending.remove(id));
        running.put(id, startNode(id));
    }

    /// Halts a node as far as others see it, as SIGSTOP halts a process: its connections stay open, and nothing comes
    /// from it until [#resume]. Its own threads halt when they use the network.
    public void pause(int id) {
        found(id).network().pause();
    }

    /// Ends [#pause]: requests that came meanwhile are answered.
    public void resume(int id) {
        found(id).network().resume();
    }

    /// Cuts a node off from clients and other nodes: its connections close, new ones close at once, and it reaches
    /// no other node. It runs on, with the state of the cluster that it saw last.
    public void cutOff(int id) {
        found(id).network().sever();
    }

    /// Ends [#cutOff].
    public void reconnect(int id) {
        found(id).network().heal();
    }

    private static void awaitEnd(@Nullable Future<?> end) {
        if (end == null) return;
        try {
            end.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a node was not stopped cleanly", e);
        }
    }

    /// Stops all nodes and deletes their data.
    @Override
    public void close() throws IOException {
        running.values().forEach(node -> node.network().resume());
        running.forEach(
                (id, node) -> ending.put(id, work.submit(() -> node.broker().close())));
        running.clear();
        try {
            ending.values().forEach(BarnabasCluster::awaitEnd);
        } finally {
            ending.clear();
            work.shutdown();
            TestFolder.delete(folder);
        }
    }
}
