package barnabas.conformance.mixed;

import barnabas.conformance.chaos.NodeProcess;
import barnabas.conformance.chaos.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/// Nodes of both kinds with static voters, nodes 1 to 3.
///
/// A node that changes its kind keeps its settings and files.
final class MixedCluster implements AutoCloseable {
    static final int VOTERS = 3;
    private static final int NODES_MAX = 4;
    private static final int START_SECONDS = 240;
    /// The last level that Kafka 4.3.1 knows.
    private static final String RELEASE = "4.3-IV0";

    private static final String LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule required;";

    private final String program;
    private final Path work;
    private final String clusterId = Uuid.randomUuid().toString();
    private final List<Integer> ports;
    private final Map<Integer, NodeProcess> nodes = new TreeMap<>();
    private final Map<Integer, Kind> kinds = new TreeMap<>();
    private final Administration administration;
    private int launches;

    MixedCluster(String program, Path work) throws IOException {
        this.program = program;
        this.work = Files.createDirectories(work);
        this.ports = freePorts(3 * NODES_MAX);
        this.administration = new Administration(bootstrap());
    }

    private static List<Integer> freePorts(int count) throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        for (int i = 0; i < count; i++) sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
        for (ServerSocket each : sockets) each.close();
        return ports;
    }

    Administration administration() {
        return administration;
    }

    String bootstrap() {
        var addresses = new ArrayList<String>();
        for (int id = 1; id <= NODES_MAX; id++) addresses.add("127.0.0.1:" + ports.get(id - 1));
        return String.join(",", addresses);
    }

    /// The listener of a node whose clients log in and have the rights that ACLs give them.
    String checkedAddress(int id) {
        return "127.0.0.1:" + ports.get(2 * NODES_MAX + id - 1);
    }

    Path folder() {
        return work;
    }

    private Path config(int id) {
        return work.resolve("n" + id + ".properties");
    }

    /// Writes settings and formats the directory of a node. Times that would make a run long are not Kafka's defaults.
    private void format(int id, Kind kind) throws IOException, InterruptedException {
        boolean votes = id <= VOTERS;
        var voters = new ArrayList<String>();
        for (int each = 1; each <= VOTERS; each++) voters.add(each + "@127.0.0.1:" + ports.get(NODES_MAX + each - 1));
        Files.writeString(config(id), """
                process.roles=%s
                node.id=%d
                listeners=PLAINTEXT://127.0.0.1:%d,CHECKED://%s%s
                advertised.listeners=PLAINTEXT://127.0.0.1:%d,CHECKED://%s
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,CHECKED:SASL_PLAINTEXT
                sasl.enabled.mechanisms=SCRAM-SHA-256
                listener.name.checked.scram-sha-256.sasl.jaas.config=%s
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                super.users=User:ANONYMOUS
                controller.listener.names=CONTROLLER
                controller.quorum.voters=%s
                broker.session.timeout.ms=3000
                broker.heartbeat.interval.ms=500
                replica.lag.time.max.ms=5000
                min.insync.replicas=2
                default.replication.factor=3
                offsets.topic.num.partitions=3
                transaction.state.log.num.partitions=3
                group.initial.rebalance.delay.ms=0
                log.dirs=%s
                """.formatted(
                        votes ? "broker,controller" : "broker",
                        id,
                        ports.get(id - 1),
                        checkedAddress(id),
                        votes ? ",CONTROLLER://127.0.0.1:" + ports.get(NODES_MAX + id - 1) : "",
                        ports.get(id - 1),
                        checkedAddress(id),
                        LOGIN,
                        String.join(",", voters),
                        work.resolve("n" + id)));
        Shell.run(
                program,
                kind.toString(),
                "storage",
                "format",
                "--cluster-id",
                clusterId,
                "--release-version",
                RELEASE,
                "--config",
                config(id).toString());
    }

    /// Formats and starts the three voters.
    void startVoters(Kind kind) throws IOException, InterruptedException {
        for (int id = 1; id <= VOTERS; id++) format(id, kind);
        for (int id = 1; id <= VOTERS; id++) launch(id, kind);
        for (int id = 1; id <= VOTERS; id++) node(id).awaitReady(START_SECONDS);
    }

    /// Formats and starts a broker that is no voter.
    void join(int id, Kind kind) throws IOException, InterruptedException {
        format(id, kind);
        start(id, kind);
    }

    /// Starts a node on the files that it has.
    void start(int id, Kind kind) throws IOException, InterruptedException {
        launch(id, kind);
        node(id).awaitReady(START_SECONDS);
    }

    private void launch(int id, Kind kind) throws IOException {
        var process = new NodeProcess(
                id,
                List.of(
                        program,
                        kind.toString(),
                        "start",
                        "--config",
                        config(id).toString()),
                work.resolve("n" + id),
                work.resolve("n%d.%d.%s.out".formatted(id, ++launches, kind)));
        nodes.put(id, process);
        kinds.put(id, kind);
        process.launch();
    }

    NodeProcess node(int id) {
        NodeProcess found = nodes.get(id);
        if (found == null) throw new IllegalStateException("node " + id + " was never started");
        return found;
    }

    Collection<NodeProcess> nodes() {
        return nodes.values();
    }

    Kind kind(int id) {
        return kinds.getOrDefault(id, Kind.KAFKA);
    }

    @Override
    public void close() {
        administration.close();
        nodes.values().forEach(NodeProcess::kill);
    }
}
