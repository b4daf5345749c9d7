package barnabas.conformance;

import static barnabas.conformance.Report.that;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/// One node becomes three and one again under the load of default clients, by the steps of docs/cluster.md:
/// `ClusterGrowth COMMAND DIR`. At three nodes each is restarted in turn.
final class ClusterGrowth {
    private static final int NODES = 3;
    private static final String TOPIC = "growing";
    private static final int PARTITIONS = 6;
    private static final int GOES_ON = 200;

    private final String command;
    private final Path folder;
    private final List<Integer> ports;
    private final Clients clients;
    private final Map<Integer, BrokerProcess> running = new TreeMap<>();

    private ClusterGrowth(String command, Path folder) throws Exception {
        this.command = command;
        this.folder = folder;
        this.ports = freePorts(2 * NODES);
        this.clients = new Clients("127.0.0.1:" + ports.getFirst());
    }

    public static void main(String[] arguments) throws Exception {
        var report = new Report();
        var cluster = new ClusterGrowth(arguments[0], Path.of(arguments[1]));
        report.check("a node alone", cluster::startAlone);
        if (report.exitCode() == 0) cluster.run(report);
        System.exit(report.exitCode());
    }

    private void run(Report report) throws Exception {
        try (var load = new SteadyLoad(clients, TOPIC);
                var admin = clients.admin()) {
            step(report, load, "serves the load", () -> {});
            step(report, load, "is started again as the first voter", () -> restart(1, clustered(1)));
            step(report, load, "two nodes join and become voters", () -> join(admin));
            step(report, load, "every partition has three replicas", () -> replicate(admin, List.of(1, 2, 3)));
            step(report, load, "each node is restarted in turn", () -> restartAll(admin));
            step(report, load, "every partition is on the first node", () -> replicate(admin, List.of(1)));
            step(report, load, "the other two leave", () -> leave(admin));
            step(report, load, "is started again as a node alone", () -> restart(1, alone()));
            report.check(
                    "no error reached a client, every record is there once",
                    () -> System.out.println("   " + load.verify() + " records"));
        }
        report.check("stops in order", () -> running.get(1).stop());
    }

    private static void step(Report report, SteadyLoad load, String what, Report.Check check) {
        if (report.exitCode() != 0) return;
        load.longestPauseMillis();
        report.check(what, () -> {
            check.run();
            load.goesOn(GOES_ON);
        });
        System.out.println("   longest time without an acknowledgement: " + load.longestPauseMillis() + " ms");
    }

    private static List<Integer> freePorts(int count) throws Exception {
        var sockets = new ArrayList<ServerSocket>();
        for (int i = 0; i < count; i++) sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        var ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
        for (ServerSocket each : sockets) each.close();
        return ports;
    }

    private Path alone() throws Exception {
        return Files.writeString(folder.resolve("alone.properties"), """
                node.id=1
                listeners=PLAINTEXT://127.0.0.1:%d
                log.dirs=%s
                """.formatted(ports.getFirst(), folder.resolve("n1")));
    }

    private Path clustered(int id) throws Exception {
        var controllers = new ArrayList<String>();
        for (int each = 1; each <= NODES; each++) controllers.add("127.0.0.1:" + ports.get(NODES + each - 1));
        return Files.writeString(folder.resolve("n" + id + ".properties"), """
                process.roles=broker,controller
                node.id=%d
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                controller.listener.names=CONTROLLER
                controller.quorum.bootstrap.servers=%s
                controller.quorum.auto.join.enable=true
                log.dirs=%s
                """.formatted(
                        id,
                        ports.get(id - 1),
                        ports.get(NODES + id - 1),
                        String.join(",", controllers),
                        folder.resolve("n" + id)));
    }

    private void startAlone() throws Exception {
        running.put(1, BrokerProcess.start(command, alone()));
        clients.createTopic(TOPIC, PARTITIONS);
    }

    private void restart(int id, Path config) throws Exception {
        running.get(id).stop();
        running.put(id, BrokerProcess.start(command, config));
    }

    private void join(Admin admin) throws Exception {
        for (int id = 2; id <= NODES; id++) running.put(id, BrokerProcess.start(command, clustered(id)));
        Clients.await("three voters", () -> quorum(admin).voters().size() == NODES);
        Clients.await("three brokers", () -> admin.describeCluster().nodes().get().size() == NODES);
    }

    private static QuorumInfo quorum(Admin admin) throws Exception {
        return admin.describeMetadataQuorum().quorumInfo().get();
    }

    /// Gives each partition of each topic, internal ones too, replicas on these nodes, led by another one each.
    private void replicate(Admin admin, List<Integer> nodes) throws Exception {
        var wanted = new HashMap<TopicPartition, Optional<NewPartitionReassignment>>();
        for (TopicDescription topic : topics(admin)) {
            topic.partitions().forEach(each -> {
                var replicas = new ArrayList<Integer>();
                for (int i = 0; i < nodes.size(); i++) replicas.add(nodes.get((each.partition() + i) % nodes.size()));
                wanted.put(
                        new TopicPartition(topic.name(), each.partition()),
                        Optional.of(new NewPartitionReassignment(replicas)));
            });
        }
        admin.alterPartitionReassignments(wanted).all().get();
        Clients.await(
                "the reassignments end",
                () -> admin.listPartitionReassignments().reassignments().get().isEmpty());
        awaitInSync(admin, nodes.size());
    }

    private static Iterable<TopicDescription> topics(Admin admin) throws Exception {
        var names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get();
        return admin.describeTopics(names).allTopicNames().get().values();
    }

    private static void awaitInSync(Admin admin, int replicas) throws Exception {
        Clients.await("all replicas in sync", () -> {
            for (TopicDescription topic : topics(admin)) {
                if (!topic.partitions().stream()
                        .allMatch(each -> each.leader() != null
                                && each.replicas().size() == replicas
                                && each.isr().size() == replicas)) return false;
            }
            return true;
        });
    }

    /// One after the other, the active controller last.
    private void restartAll(Admin admin) throws Exception {
        int controller = quorum(admin).leaderId();
        var order = new ArrayList<>(running.keySet());
        order.remove(Integer.valueOf(controller));
        order.add(controller);
        for (int id : order) {
            restart(id, clustered(id));
            Clients.await("three brokers", () -> admin.describeCluster().nodes().get().size() == NODES);
            awaitInSync(admin, NODES);
        }
    }

    private void leave(Admin admin) throws Exception {
        for (int id = 2; id <= NODES; id++) {
            int leaving = id;
            var voter = quorum(admin).voters().stream()
                    .filter(each -> each.replicaId() == leaving)
                    .findFirst()
                    .orElseThrow();
            admin.removeRaftVoter(leaving, voter.replicaDirectoryId()).all().get();
            Clients.await(
                    "node " + leaving + " is no voter",
                    () -> quorum(admin).voters().stream().noneMatch(each -> each.replicaId() == leaving));
        }
        for (int id = 2; id <= NODES; id++) {
            running.remove(id).stop();
            admin.unregisterBroker(id).all().get();
        }
        that(admin.describeCluster().nodes().get().size() == 1, "another broker is left");
    }
}
