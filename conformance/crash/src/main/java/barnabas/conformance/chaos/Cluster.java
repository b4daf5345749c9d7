package barnabas.conformance.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TopicExistsException;

/// Three nodes, each broker and controller, and the questions that faults are aimed with.
final class Cluster implements AutoCloseable {
    static final int NODES = 3;
    /// Times that would make a run long are not Kafka's defaults.
    static final String SHORT_TIMES = """
            broker.session.timeout.ms=3000
            broker.heartbeat.interval.ms=500
            replica.lag.time.max.ms=5000
            """;

    private static final int START_SECONDS = 120;
    private static final int ANSWER_SECONDS = 10;
    private static final int PATIENCE_SECONDS = 120;
    private static final int CLIENT_PORT = 9092;
    private static final int CONTROLLER_PORT = 9093;

    /// The id of no node: the answer could not be had.
    static final int NOBODY = -1;

    /// @param prefix of the namespaces, empty when all nodes are on the loopback address
    /// @param subnet of the namespaces' addresses; with the loopback address the first port
    record Place(String prefix, String subnet) {
        boolean hasLinks() {
            return !prefix.isEmpty();
        }

        String host(int node) {
            return hasLinks() ? subnet + "." + node : "127.0.0.1";
        }

        int port(int node) {
            return hasLinks() ? CLIENT_PORT : Integer.parseInt(subnet) + 2 * node;
        }

        int controllerPort(int node) {
            return hasLinks() ? CONTROLLER_PORT : Integer.parseInt(subnet) + 2 * node + 1;
        }

        List<String> command(int node, String program, String... arguments) {
            var command = new ArrayList<String>();
            if (hasLinks()) command.addAll(List.of("ip", "netns", "exec", prefix + "-n" + node));
            command.add(program);
            command.addAll(List.of(arguments));
            return command;
        }
    }

    private final Place place;
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final String bootstrap;
    private final Admin admin;

    private Cluster(Place place, String bootstrap) {
        this.place = place;
        this.bootstrap = bootstrap;
        this.admin = Admin.create(Map.of(
                "bootstrap.servers",
                bootstrap,
                "request.timeout.ms",
                3_000,
                "default.api.timeout.ms",
                ANSWER_SECONDS * 1_000,
                "reconnect.backoff.max.ms",
                200));
    }

    /// Formats and starts the nodes, with their data in `WORK/n1` ..
    ///
    /// @param times settings that the runs differ in
    static Cluster start(String program, Path work, Place place, String times) throws Exception {
        var addresses = new ArrayList<String>();
        var voters = new ArrayList<String>();
        for (int id = 1; id <= NODES; id++) {
            addresses.add(place.host(id) + ":" + place.port(id));
            voters.add(id + "@" + place.host(id) + ":" + place.controllerPort(id));
        }
        String clusterId = clusterId();
        var cluster = new Cluster(place, String.join(",", addresses));
        for (int id = 1; id <= NODES; id++) {
            Path config = work.resolve("n" + id + ".properties");
            Path data = work.resolve("n" + id);
            Files.writeString(config, settings(id, place, String.join(",", voters), data.resolve("log")) + times);
            Shell.run(program, "storage", "format", "--cluster-id", clusterId, "--config", config.toString());
            cluster.nodes.add(new NodeProcess(
                    id,
                    place.command(id, program, "start", "--config", config.toString()),
                    data.resolve("log"),
                    work.resolve("n" + id + ".out")));
        }
        for (NodeProcess each : cluster.nodes) each.launch();
        cluster.awaitReady(cluster.nodes);
        return cluster;
    }

    private static String clusterId() {
        UUID id = UUID.randomUUID();
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).replaceFirst("^-", "a");
    }

    /// Settings of every run.
    private static String settings(int id, Place place, String voters, Path data) {
        return """
                process.roles=broker,controller
                node.id=%d
                listeners=PLAINTEXT://%s:%d,CONTROLLER://%s:%d
                advertised.listeners=PLAINTEXT://%s:%d
                controller.listener.names=CONTROLLER
                controller.quorum.voters=%s
                min.insync.replicas=2
                default.replication.factor=3
                offsets.topic.num.partitions=6
                transaction.state.log.num.partitions=6
                log.cleaner.backoff.ms=1000
                group.initial.rebalance.delay.ms=0
                log.dirs=%s
                """.formatted(
                        id,
                        place.host(id),
                        place.port(id),
                        place.host(id),
                        place.controllerPort(id),
                        place.host(id),
                        place.port(id),
                        voters,
                        data);
    }

    String bootstrap() {
        return bootstrap;
    }

    Admin admin() {
        return admin;
    }

    Links links() {
        return new Links(place.prefix(), place.subnet());
    }

    List<NodeProcess> nodes() {
        return nodes;
    }

    NodeProcess node(int id) {
        return nodes.get(id - 1);
    }

    void awaitReady(Collection<NodeProcess> started) throws IOException, InterruptedException {
        for (NodeProcess each : started) each.awaitReady(START_SECONDS);
    }

    /// Creates topics, those that an attempt without an answer has left out.
    void create(Collection<NewTopic> topics) throws Exception {
        long deadline = deadline();
        for (NewTopic each : topics) {
            while (!isCreated(each, deadline)) Thread.sleep(200);
        }
    }

    private boolean isCreated(NewTopic topic, long deadline) throws Exception {
        try {
            admin.createTopics(List.of(topic)).all().get(ANSWER_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            if (e.getCause() instanceof TopicExistsException) return true;
            if (System.nanoTime() > deadline) throw e;
            return false;
        }
    }

    private static long deadline() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    }

    int controller() throws InterruptedException {
        try {
            return admin.describeMetadataQuorum()
                    .quorumInfo()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .leaderId();
        } catch (ExecutionException | TimeoutException e) {
            return NOBODY;
        }
    }

    int leader(String topic, int partition) throws InterruptedException {
        try {
            TopicPartitionInfo found = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .get(topic)
                    .partitions()
                    .get(partition);
            return found.leader() == null || found.leader().isEmpty()
                    ? NOBODY
                    : found.leader().id();
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            return NOBODY;
        }
    }

    /// Makes the first replica of each partition its leader again, if it can be.
    void electPreferred() throws InterruptedException {
        try {
            admin.electLeaders(ElectionType.PREFERRED, null).all().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Most of them need none, which some clients take for an error; the fault meets a follower then.
        }
    }

    /// Waits until every replica of every topic, internal ones too, is in sync.
    ///
    /// @return what is not, empty when all are
    String awaitInSync() throws InterruptedException {
        long deadline = deadline();
        while (true) {
            String lacking = lacking();
            if (lacking.isEmpty() || System.nanoTime() > deadline) return lacking;
            Thread.sleep(20);
        }
    }

    private String lacking() throws InterruptedException {
        try {
            int members = admin.describeCluster()
                    .nodes()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .size();
            if (members != NODES) return "the cluster shows " + members + " brokers";
            var names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS);
            for (TopicDescription each : admin.describeTopics(names)
                    .allTopicNames()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .values()) {
                for (TopicPartitionInfo partition : each.partitions()) {
                    if (partition.leader() == null || partition.isr().size() < NODES)
                        return each.name() + ": " + partition;
                }
            }
            return "";
        } catch (ExecutionException | TimeoutException e) {
            return "the cluster does not answer: " + e;
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
        nodes.forEach(NodeProcess::kill);
    }
}
