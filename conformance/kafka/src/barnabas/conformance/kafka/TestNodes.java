package barnabas.conformance.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.test.api.ClusterConfig;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.opentest4j.TestAbortedException;

/// The nodes of one test's cluster, with the ids that Kafka gives them: brokers from 0 on; controllers from 3000 on, or
/// from 0 on where nodes have both roles.
///
/// Unless nodes are asked for as annotated (`barnabas.conformance.solo`), there is one with both roles, which is a node
/// alone and no member of a cluster.
final class TestNodes {
    /// Many of Kafka's tests ask for three brokers and then look at nothing that takes more than one. With this, such a
    /// class gets one, and its topics one replica (part `solo` of classes.txt).
    static final boolean ONE_IS_ENOUGH = Boolean.getBoolean("barnabas.conformance.solo");

    /// Whether nodes are members of a cluster, as many and of the roles that the test asks for.
    static final boolean CLUSTER = Boolean.getBoolean("barnabas.conformance.cluster");

    private static final int FIRST_CONTROLLER = 3000;

    private final ClusterConfig config;
    private final boolean combined;
    private final String clusterId = NodeDoor.randomId();
    private final SortedMap<Integer, TestNode> nodes = new TreeMap<>();
    private final Map<Integer, AutoCloseable> running = new ConcurrentHashMap<>();
    private final Path root;

    /// @throws TestAbortedException when the test asks for something that cannot be given
    TestNodes(ClusterConfig config, boolean combined) throws IOException {
        this.config = config;
        this.combined = combined;
        if (!CLUSTER && !ONE_IS_ENOUGH) {
            if (config.numBrokers() != 1) throw new TestAbortedException("needs " + config.numBrokers() + " brokers");
            if (config.numControllers() != 1)
                throw new TestAbortedException("needs " + config.numControllers() + " controllers");
        }
        BrokerSettings.of(config, 0);
        root = Files.createTempDirectory("barnabas-kafka-test");
        List<Integer> brokers = ids(0, CLUSTER ? config.numBrokers() : 1);
        List<Integer> controllers =
                ids(CLUSTER && !combined ? FIRST_CONTROLLER : 0, CLUSTER ? config.numControllers() : 1);
        var all = new TreeMap<Integer, Integer>();
        for (int id : brokers) all.put(id, id);
        for (int id : controllers) all.put(id, id);
        List<Integer> ports = NodeDoor.freePorts(2 * all.size());
        for (int id : all.keySet()) {
            var node = new TestNode(
                    id,
                    brokers.contains(id),
                    controllers.contains(id),
                    directories(id),
                    ports.removeFirst(),
                    ports.removeFirst());
            nodes.put(id, node);
        }
        for (TestNode node : nodes.values()) format(node);
    }

    private static List<Integer> ids(int first, int count) {
        return IntStream.range(first, first + count).boxed().toList();
    }

    private List<Path> directories(int id) throws IOException {
        var directories = new ArrayList<Path>();
        for (int disk = 0; disk < config.numDisksPerBroker(); disk++)
            directories.add(Files.createDirectories(root.resolve("node" + id).resolve("disk" + disk)));
        return directories;
    }

    private void format(TestNode node) throws IOException {
        String first = "";
        for (Path directory : node.directories()) {
            String id = NodeDoor.randomId();
            if (first.isEmpty()) first = id;
            Files.writeString(
                    directory.resolve("meta.properties"),
                    "version=1\ncluster.id=" + clusterId + "\nnode.id=" + node.id() + "\ndirectory.id=" + id + "\n");
        }
        boolean isLatest = !config.metadataVersion().isLessThan(MetadataVersion.latestProduction());
        if (!CLUSTER && isLatest && config.features().isEmpty()) return;
        var levels = new HashMap<String, Short>();
        for (Map.Entry<Feature, Short> each : config.features().entrySet())
            levels.put(each.getKey().featureName(), each.getValue());
        String voter = isDynamic() && node.id() == controllers().getFirst().id()
                ? node.id() + "@localhost:" + node.controllerPort() + "," + first
                : "";
        String release = config.metadataVersion().version();
        if (!NodeDoor.format(node.directories().getFirst(), release, levels, voter))
            throw new TestAbortedException("needs metadata.version " + release);
    }

    /// Whether the voters stand in the metadata log (KIP-853). The first controller is formatted as the only one, as in
    /// Kafka's own test clusters: each formatted as a voter of its own would be a cluster of its own.
    private boolean isDynamic() {
        return CLUSTER && config.standalone();
    }

    String clusterId() {
        return clusterId;
    }

    List<TestNode> brokers() {
        return nodes.values().stream().filter(TestNode::isBroker).toList();
    }

    List<TestNode> controllers() {
        return nodes.values().stream().filter(TestNode::isController).toList();
    }

    boolean isRunning(int id) {
        return running.containsKey(id);
    }

    /// Start all nodes at the same time: one alone finds no leader of the quorum.
    void startAll() {
        atOnce(nodes.values(), this::start);
    }

    void start(int id) {
        TestNode node = nodes.get(id);
        if (node == null) throw new IllegalArgumentException("there is no node " + id);
        start(node);
    }

    private void start(TestNode node) {
        if (running.containsKey(node.id())) return;
        running.put(node.id(), NodeDoor.start(settings(node), CLUSTER));
    }

    void stop(int id) {
        AutoCloseable node = running.remove(id);
        if (node == null) return;
        try {
            node.close();
        } catch (Exception e) {
            throw new IllegalStateException("node " + id + " did not stop", e);
        }
    }

    /// Stop all nodes, brokers before controllers that are nodes of their own, and delete their data.
    void close() {
        stopAll(TestNode::isBroker);
        stopAll(node -> true);
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stopAll(Predicate<TestNode> which) {
        atOnce(nodes.values().stream().filter(which).toList(), node -> stop(node.id()));
    }

    private interface Step {
        void run(TestNode node);
    }

    private static void atOnce(Collection<TestNode> nodes, Step step) {
        try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
            List<Future<?>> all = new ArrayList<>();
            for (TestNode node : nodes) all.add(threads.submit(() -> step.run(node)));
            for (Future<?> each : all) each.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// The settings that a node starts with.
    Map<String, String> settings(TestNode node) {
        BrokerSettings wanted = BrokerSettings.of(config, node.id());
        if (!wanted.dropped().isEmpty()) System.err.println("left out, unknown: " + wanted.dropped());
        var properties = new HashMap<>(wanted.properties());
        String client = config.brokerListenerName().value();
        String controller = config.controllerListenerName().value();
        properties.put("node.id", Integer.toString(node.id()));
        var listeners = new ArrayList<String>();
        if (node.isBroker()) {
            listeners.add(client + "://localhost:" + node.clientPort());
            properties.put("advertised.listeners", listeners.getFirst());
            properties.put("inter.broker.listener.name", client);
        }
        properties.put("listener.security.protocol.map", client + ":PLAINTEXT");
        if (CLUSTER) {
            if (node.isController()) listeners.add(controller + "://localhost:" + node.controllerPort());
            properties.put("process.roles", node.roles());
            properties.put("controller.listener.names", controller);
            properties.put("listener.security.protocol.map", client + ":PLAINTEXT," + controller + ":PLAINTEXT");
            if (isDynamic()) properties.put("controller.quorum.bootstrap.servers", controllerAddresses());
            else properties.put("controller.quorum.voters", voters());
            // A first election takes as long.
            properties.putIfAbsent("controller.quorum.election.timeout.ms", "200");
        }
        // As in Kafka's own test clusters: a test counts on a second thread of the cleaner being too many for it.
        properties.putIfAbsent("log.cleaner.dedupe.buffer.size", "2097152");
        properties.put("barnabas.http.listeners", "");
        properties.put("barnabas.jmx.enable", "true");
        properties.put("listeners", String.join(",", listeners));
        properties.put(
                "log.dirs", node.directories().stream().map(Path::toString).collect(Collectors.joining(",")));
        return properties;
    }

    private String voters() {
        return controllers().stream()
                .map(node -> node.id() + "@localhost:" + node.controllerPort())
                .collect(Collectors.joining(","));
    }

    String controllerAddresses() {
        return controllers().stream()
                .map(node -> "localhost:" + node.controllerPort())
                .collect(Collectors.joining(","));
    }

    boolean isCombined() {
        return combined;
    }
}
