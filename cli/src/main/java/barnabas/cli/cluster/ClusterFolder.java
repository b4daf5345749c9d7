package barnabas.cli.cluster;

import barnabas.base.Clock;
import barnabas.base.FileDisk;
import barnabas.base.Threads;
import barnabas.cli.console.Failure;
import barnabas.cli.secure.SecuredCluster;
import barnabas.client.ConnectionOptions;
import barnabas.config.keys.ServerProperties;
import barnabas.log.LogEnvironment;
import barnabas.log.directory.LogDirectory;
import barnabas.net.FreePorts;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Directory of a local cluster. One process at a time starts nodes over it.
///
/// ```
/// DIR/cluster.properties        cluster id, ports, whether all data directories are formatted
/// DIR/lock                      held while the cluster runs
/// DIR/secrets/                  with --secure: keys, certificates, client files
/// DIR/node-1/server.properties  generated; settings that are added stay
/// DIR/node-1/data/              log.dirs
/// DIR/node-1/node.log           standard error of the process
/// DIR/node-1/pid                process id while the node runs
/// DIR/node-1/restart            request to stop the node and start it again, until it has
/// ```
public final class ClusterFolder implements AutoCloseable {
    public static final int NODES_MAX = 9;

    private static final String FILE = "cluster.properties";
    private static final String LOCK = "lock";
    private static final String META = "meta.properties";
    private static final String SECRETS = "secrets";

    private final Path folder;
    private final List<LocalNode> nodes;
    private final @Nullable FileLock lock;
    private final @Nullable SecuredCluster secured;

    /// Wishes of an operator.
    ///
    /// @param nodes empty: as many as there are, or three
    /// @param port first of the ports; 0: free ones; empty: as they are, or 9092
    /// @param secure what there is must be secured
    public record Asked(OptionalInt nodes, OptionalInt port, boolean secure) {}

    private record Contents(
            String clusterId,
            List<Integer> clientPorts,
            List<Integer> controllerPorts,
            boolean ready,
            boolean secured) {
        int nodes() {
            return clientPorts.size();
        }
    }

    private ClusterFolder(Path folder, Contents contents, Clock clock, @Nullable FileLock lock) throws Failure {
        this.folder = folder;
        this.lock = lock;
        this.secured = contents.secured() ? SecuredCluster.open(folder.resolve(SECRETS), clock) : null;
        var all = new ArrayList<LocalNode>();
        for (int i = 0; i < contents.nodes(); i++)
            all.add(new LocalNode(
                    i + 1,
                    contents.clientPorts().get(i),
                    contents.controllerPorts().get(i),
                    folder.resolve("node-" + (i + 1))));
        this.nodes = List.copyOf(all);
    }

    /// Create the cluster, or open the one that is there, and take its lock.
    public static ClusterFolder open(Path folder, Asked asked, Clock clock, RandomGenerator random)
            throws Failure, IOException {
        OptionalInt nodesAsked = asked.nodes();
        OptionalInt portAsked = asked.port();
        Path home = folder.toAbsolutePath().normalize();
        if (home.toString().indexOf(',') >= 0)
            throw new Failure("--data " + home + ": a comma separates directories in log.dirs, choose another name");
        if (Files.exists(home) && !Files.isDirectory(home)) throw new Failure("--data " + home + " is not a directory");
        refuseOthers(home);
        Files.createDirectories(home);
        FileLock lock =
                tryLock(home).orElseThrow(() -> new Failure("a cluster runs over " + home + " already: stop it first"));
        try {
            Optional<Contents> found = read(home);
            if (found.isPresent()
                    && nodesAsked.isPresent()
                    && nodesAsked.getAsInt() != found.get().nodes())
                throw new Failure(home + " holds a cluster of " + found.get().nodes() + " nodes, not of "
                        + nodesAsked.getAsInt() + ": leave --nodes out or choose another --data");
            if (asked.secure() && found.isPresent() && !found.get().secured())
                throw new Failure(home + " holds a cluster without security: choose an empty --data");
            int count = found.map(Contents::nodes).orElse(nodesAsked.orElse(3));
            List<Integer> ports = found.isPresent() && portAsked.isEmpty()
                    ? Stream.concat(found.get().clientPorts().stream(), found.get().controllerPorts().stream())
                            .toList()
                    : Ports.choose(portAsked.orElse(9092), 2 * count);
            var contents = new Contents(
                    found.map(Contents::clusterId)
                            .orElseGet(() -> Uuid.random(random).toString()),
                    ports.subList(0, count),
                    ports.subList(count, 2 * count),
                    found.map(Contents::ready).orElse(false),
                    asked.secure() || found.map(Contents::secured).orElse(false));
            var opened = new ClusterFolder(home, contents, clock, lock);
            for (int i = 0; i < ports.size(); i++) opened.refuseUsed(ports.get(i), i % count + 1);
            opened.prepare(contents, clock, random);
            return opened;
        } catch (Failure | IOException | RuntimeException | Error e) {
            lock.acquiredBy().close();
            throw e;
        }
    }

    /// The cluster that another process runs over this directory.
    public static ClusterFolder running(Path folder) throws Failure, IOException {
        Path home = folder.toAbsolutePath().normalize();
        Optional<Contents> found = read(home);
        if (found.isEmpty()) throw new Failure("--data " + home + " holds no local cluster");
        var running = new ClusterFolder(home, found.get(), Clock.SYSTEM, null);
        running.requireRunning();
        return running;
    }

    /// @throws Failure when no process runs the cluster
    void requireRunning() throws Failure, IOException {
        Optional<FileLock> free = tryLock(folder);
        if (free.isEmpty()) return;
        free.get().acquiredBy().close();
        throw new Failure(
                "no cluster runs over " + folder + ": start it with 'barnabas cluster up --data " + folder + "'");
    }

    Path path() {
        return folder;
    }

    public List<LocalNode> nodes() {
        return nodes;
    }

    /// `host:port` of all nodes, separated by commas.
    public String bootstrapServers() {
        return String.join(",", nodes.stream().map(LocalNode::address).toList());
    }

    /// The file that clients need; empty when the cluster is not secured.
    public Optional<Path> clientFile() throws IOException {
        return secured == null ? Optional.empty() : Optional.of(secured.clientFile(bootstrapServers()));
    }

    /// Options of connections to the nodes.
    ConnectionOptions connection() throws Failure {
        var options = ConnectionOptions.of("barnabas-cli");
        return secured == null ? options : options.with(secured.client());
    }

    private static Optional<FileLock> tryLock(Path home) throws IOException {
        var channel = FileChannel.open(home.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) return Optional.of(lock);
        } catch (OverlappingFileLockException e) {
            // this process has it
        }
        channel.close();
        return Optional.empty();
    }

    /// A directory with other files is left alone.
    private static void refuseOthers(Path home) throws Failure, IOException {
        if (!Files.exists(home) || Files.exists(home.resolve(FILE))) return;
        try (Stream<Path> files = Files.list(home)) {
            Optional<Path> other = files.filter(
                            each -> !String.valueOf(each.getFileName()).equals(LOCK))
                    .findFirst();
            if (other.isPresent())
                throw new Failure("--data " + home + " holds " + other.get().getFileName()
                        + " and no local cluster: choose an empty or new directory");
        }
    }

    private static Optional<Contents> read(Path home) throws Failure, IOException {
        Path file = home.resolve(FILE);
        if (!Files.exists(file)) return Optional.empty();
        try (var reader = Files.newBufferedReader(file)) {
            Map<String, String> values = ServerProperties.read(reader);
            var contents = new Contents(
                    values.getOrDefault("cluster.id", ""),
                    numbers(values.getOrDefault("client.ports", "")),
                    numbers(values.getOrDefault("controller.ports", "")),
                    values.getOrDefault("formatted", "").equals("true"),
                    values.getOrDefault("secured", "").equals("true"));
            if (contents.clusterId().isBlank()
                    || contents.nodes() != contents.controllerPorts().size())
                throw new Failure(file + " is damaged: it needs cluster.id, client.ports and controller.ports");
            return Optional.of(contents);
        } catch (IllegalArgumentException e) {
            throw new Failure(file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static List<Integer> numbers(String text) {
        return Stream.of(text.split(",", -1)).map(Integer::valueOf).toList();
    }

    private void write(Contents contents) throws IOException {
        Path next = folder.resolve(FILE + ".tmp");
        Files.writeString(
                next,
                "cluster.id=" + contents.clusterId() + "\nclient.ports=" + joined(contents.clientPorts())
                        + "\ncontroller.ports=" + joined(contents.controllerPorts()) + "\nformatted=" + contents.ready()
                        + "\nsecured=" + contents.secured() + "\n");
        Files.move(next, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String joined(List<Integer> numbers) {
        return String.join(",", numbers.stream().map(String::valueOf).toList());
    }

    private void refuseUsed(int port, int nodeId) throws Failure {
        if (!FreePorts.isFree(port))
            throw new Failure("port " + port + " of node " + nodeId + " is in use: choose others with --port, or 0 for"
                    + " free ones");
    }

    /// Formats each directory once: a node whose directory was lost must not vote with an empty one.
    private void prepare(Contents contents, Clock clock, RandomGenerator random) throws Failure, IOException {
        if (!contents.ready()) write(contents);
        for (LocalNode each : nodes) {
            Files.createDirectories(each.folder());
            boolean formatted = Files.exists(each.data().resolve(META));
            if (contents.ready() && !formatted)
                throw new Failure(each.data() + " of node " + each.id()
                        + " is gone or not formatted: restore it, or begin with an empty --data");
            if (!formatted) {
                // First the users: a directory that is formatted has them.
                if (secured != null) secured.format(each.data());
                format(each, contents.clusterId(), clock, random);
            }
            NodeSettings.write(each, nodes, secured == null ? Map.of() : secured.settings(each.id(), LocalNode.HOST));
            Files.deleteIfExists(each.restart());
        }
        write(new Contents(
                contents.clusterId(), contents.clientPorts(), contents.controllerPorts(), true, contents.secured()));
        if (secured != null) secured.clientFile(bootstrapServers());
    }

    private static void format(LocalNode node, String clusterId, Clock clock, RandomGenerator random)
            throws Failure, IOException {
        var environment = new LogEnvironment(
                new FileDisk(),
                clock,
                Threads.SYSTEM,
                random,
                Runnable::run,
                1,
                LogEnvironment.ProducerLimits.ofMillis(0),
                LogEnvironment.Durability.DEFAULTS);
        var identity = new LogDirectory.Identity(Optional.of(clusterId), node.id());
        switch (LogDirectory.open(node.data(), identity, environment)) {
            case LogDirectory.Opening.Opened(var directory) -> directory.close();
            case LogDirectory.Opening.Refused(var _, var reason) -> throw new Failure(reason);
        }
    }

    @Override
    public void close() throws IOException {
        if (lock != null) lock.acquiredBy().close();
    }
}
