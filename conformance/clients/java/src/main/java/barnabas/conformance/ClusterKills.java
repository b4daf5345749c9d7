package barnabas.conformance;

import static barnabas.conformance.Report.same;
import static barnabas.conformance.Report.that;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/// Three nodes with static voters, a topic with three replicas and an idempotent produce load with acks=all. A node is
/// killed or stopped, the load goes on, the node is started again: `ClusterKills COMMAND DIR ROUNDS SEED`.
///
/// The leader of a partition is killed, then the active controller, then a leader is stopped in order, and so on. After
/// each round every replica has to be in sync again and every acknowledged record in its place, none of them twice. In
/// the end the log files of the three replicas have to be equal, byte for byte.
final class ClusterKills {
    private static final int NODES = 3;
    private static final int ACKNOWLEDGED_PER_ROUND = 2_000;
    private static final int LONGEST_EXTRA_MS = 300;
    private static final String TOPIC = "cluster-kills";
    private static final int FORMAT_SECONDS = 300;

    private enum Way {
        KILL_LEADER,
        KILL_CONTROLLER,
        STOP_LEADER
    }

    private final String command;
    private final Path folder;
    private final Random random;
    private final Map<Integer, BrokerProcess> running = new TreeMap<>();
    private final List<Integer> ports;
    private final Clients clients;

    private ClusterKills(String command, Path folder, long seed) throws Exception {
        this.command = command;
        this.folder = folder;
        this.random = new Random(seed);
        this.ports = freePorts(2 * NODES);
        var addresses = new ArrayList<String>();
        for (int id = 1; id <= NODES; id++) addresses.add("127.0.0.1:" + clientPort(id));
        this.clients = new Clients(String.join(",", addresses));
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[2]);
        long seed = Long.parseLong(arguments[3]);
        System.out.println("seed " + seed);
        var report = new Report();
        var cluster = new ClusterKills(arguments[0], Path.of(arguments[1]), seed);
        report.check("three nodes start", cluster::start);
        if (report.exitCode() == 0) {
            try (var acknowledgements = new Acknowledgements(Path.of(arguments[1], "acknowledgements"))) {
                cluster.run(rounds, acknowledgements, report);
            }
        }
        System.exit(report.exitCode());
    }

    private int clientPort(int id) {
        return ports.get(id - 1);
    }

    private int controllerPort(int id) {
        return ports.get(NODES + id - 1);
    }

    private static List<Integer> freePorts(int count) throws Exception {
        var sockets = new ArrayList<ServerSocket>();
        var ports = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket each : sockets) each.close();
        return ports;
    }

    private Path config(int id) {
        return folder.resolve("n" + id + ".properties");
    }

    private Path data(int id) {
        return folder.resolve("n" + id);
    }

    private void start() throws Exception {
        String clusterId = Uuid.randomUuid().toString();
        var voters = new ArrayList<String>();
        for (int id = 1; id <= NODES; id++) voters.add(id + "@127.0.0.1:" + controllerPort(id));
        for (int id = 1; id <= NODES; id++) {
            Files.writeString(config(id), """
                    process.roles=broker,controller
                    node.id=%d
                    listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                    controller.listener.names=CONTROLLER
                    controller.quorum.voters=%s
                    broker.session.timeout.ms=3000
                    broker.heartbeat.interval.ms=500
                    log.dirs=%s
                    """.formatted(
                            id, clientPort(id), controllerPort(id), String.join(",", voters), data(id)));
            var format = new ProcessBuilder(
                            command,
                            "storage",
                            "format",
                            "--cluster-id",
                            clusterId,
                            "--config",
                            config(id).toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("n" + id + ".format").toFile())
                    .start();
            that(format.waitFor(FORMAT_SECONDS, TimeUnit.SECONDS) && format.exitValue() == 0, "format of node %d", id);
        }
        try (ExecutorService starts = Executors.newCachedThreadPool()) {
            var starting = new TreeMap<Integer, Future<BrokerProcess>>();
            for (int id = 1; id <= NODES; id++) {
                Path config = config(id);
                starting.put(id, starts.submit(() -> BrokerProcess.start(command, config)));
            }
            for (var each : starting.entrySet())
                running.put(each.getKey(), each.getValue().get());
        }
        try (var admin = clients.admin()) {
            admin.createTopics(List.of(new NewTopic(TOPIC, ProduceLoad.PARTITIONS, (short) NODES)
                            .configs(Map.of("min.insync.replicas", "2"))))
                    .all()
                    .get();
        }
        awaitInSync();
    }

    private void run(int rounds, Acknowledgements acknowledgements, Report report) throws Exception {
        try (var load = new ProduceLoad(clients, TOPIC, acknowledgements)) {
            for (int round = 0; round < rounds && report.exitCode() == 0; round++) {
                Way way = Way.values()[round % Way.values().length];
                report.check(
                        "round %d of %d: %s".formatted(round + 1, rounds, way),
                        () -> round(way, load, acknowledgements));
            }
        }
        report.check("all acknowledged in the end", () -> acknowledgements.verify(clients, TOPIC));
        report.check("the replicas are equal", () -> {
            for (BrokerProcess each : running.values()) each.stop();
            for (int partition = 0; partition < ProduceLoad.PARTITIONS; partition++) equal(partition);
        });
    }

    private void round(Way way, ProduceLoad load, Acknowledgements acknowledgements) throws Exception {
        KillLoop.awaitAcknowledged(load, acknowledgements, acknowledgements.count() + ACKNOWLEDGED_PER_ROUND);
        Thread.sleep(random.nextInt(LONGEST_EXTRA_MS));
        int node = way == Way.KILL_CONTROLLER ? controller() : leader(random.nextInt(ProduceLoad.PARTITIONS));
        BrokerProcess process = running.remove(node);
        long begin = System.nanoTime();
        if (way == Way.STOP_LEADER) process.stop();
        else process.kill();
        // more than what was on its way and acknowledged already
        KillLoop.awaitAcknowledged(load, acknowledgements, load.sent() + ACKNOWLEDGED_PER_ROUND);
        long goesOnMs = (System.nanoTime() - begin) / 1_000_000;
        long start = System.nanoTime();
        running.put(node, BrokerProcess.start(command, config(node)));
        awaitInSync();
        long inSyncMs = (System.nanoTime() - start) / 1_000_000;
        int verified = acknowledgements.verify(clients, TOPIC);
        load.verifyHealthy();
        System.out.printf(
                "   node %d: goes on after %,d ms, in sync %,d ms after its start, %,d acknowledged records verified%n",
                node, goesOnMs, inSyncMs, verified);
    }

    private int controller() throws Exception {
        try (var admin = clients.admin()) {
            return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
        }
    }

    private int leader(int partition) throws Exception {
        try (var admin = clients.admin()) {
            return admin.describeTopics(List.of(TOPIC))
                    .allTopicNames()
                    .get()
                    .get(TOPIC)
                    .partitions()
                    .get(partition)
                    .leader()
                    .id();
        }
    }

    private void awaitInSync() throws Exception {
        try (var admin = clients.admin()) {
            Clients.await(
                    "all replicas in sync",
                    () -> admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC).partitions().stream()
                            .allMatch(
                                    each -> each.leader() != null && each.isr().size() == NODES));
        }
    }

    private void equal(int partition) throws Exception {
        byte[] first = log(1, partition);
        that(first.length > 0, "partition %d has no records", partition);
        for (int id = 2; id <= NODES; id++) {
            byte[] other = log(id, partition);
            same(
                    -1,
                    Arrays.mismatch(first, other),
                    "first byte of partition " + partition + " that differs on node " + id);
        }
    }

    private byte[] log(int id, int partition) throws Exception {
        var all = new ByteArrayOutputStream();
        try (var files = Files.list(data(id).resolve(TOPIC + "-" + partition))) {
            for (Path each : files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList()) all.write(Files.readAllBytes(each));
        }
        return all.toByteArray();
    }
}
