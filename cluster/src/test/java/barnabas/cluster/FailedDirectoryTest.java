package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Failure;
import barnabas.broker.Node;
import barnabas.broker.World;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three brokers with two directories each, the metadata log in the second one. The first one of a broker fails, or is
/// full.
@Timeout(180)
class FailedDirectoryTest {
    private static final String DAMAGE = "Input/output error";
    private static final String FULL = "No space left on device";
    private static final String TOPIC = "t";
    private static final int PARTITIONS = 6;
    private static final int BATCH = 300;

    @TempDir
    private Path folder;

    private List<Integer> ports = List.of();
    private final Map<Integer, FailingDisk> disks = new TreeMap<>();
    private final Map<Integer, Node> nodes = new TreeMap<>();
    private final Map<Integer, CountDownLatch> failed = new TreeMap<>();

    @BeforeEach
    void start() throws Exception {
        ports = ClusterNode.freePorts(6);
        for (int id = 1; id <= 3; id++) {
            format(id, "a");
            format(id, "b");
            disks.put(id, new FailingDisk(folder.resolve("n" + id).resolve("a")));
            failed.put(id, new CountDownLatch(1));
        }
        try (ExecutorService starts = Executors.newCachedThreadPool()) {
            var starting = new TreeMap<Integer, Future<Node>>();
            for (int id = 1; id <= 3; id++) {
                int node = id;
                starting.put(id, starts.submit(() -> startNode(node, true)));
            }
            for (var each : starting.entrySet())
                nodes.put(each.getKey(), each.getValue().get());
        }
    }

    @AfterEach
    void stop() {
        try (ExecutorService stops = Executors.newCachedThreadPool()) {
            for (Node each : nodes.values()) stops.execute(each::close);
        }
    }

    private void format(int id, String name) throws Exception {
        Path data = Files.createDirectories(folder.resolve("n" + id).resolve(name));
        String directoryId = "AAAAAAAAAAAAAAAAAAA" + name + (char) ('a' + id) + "A";
        Files.writeString(
                data.resolve("meta.properties"),
                "version=1\ncluster.id=" + ClusterNode.CLUSTER_ID + "\nnode.id=" + id + "\ndirectory.id=" + directoryId
                        + "\n");
    }

    private Node startNode(int id, boolean withFirst) throws Exception {
        var settings = new HashMap<>(ClusterNode.settings(id, ports.subList(0, 3), folder));
        Path home = folder.resolve("n" + id);
        settings.put("log.dirs", (withFirst ? home.resolve("a") + "," : "") + home.resolve("b"));
        settings.put("metadata.log.dir", "" + home.resolve("b"));
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + ports.get(id + 2) + ",CONTROLLER://127.0.0.1:" + ports.get(id - 1));
        settings.put("replica.lag.time.max.ms", "2000");
        settings.put("auto.leader.rebalance.enable", "false");
        if (!(BrokerConfig.parse(settings) instanceof ParseResult.Valid(BrokerConfig config, var _)))
            throw new IllegalArgumentException("settings");
        Failure failure = (_, _) -> failed.get(id).countDown();
        World real = World.real(failure);
        var world = new World(real.clock(), disks.get(id), real.network(), real.threads(), real.random());
        return Node.start(config, world, new QuorumMembership(config), UnaryOperator.identity());
    }

    private String addresses() {
        return "127.0.0.1:" + ports.get(3) + ",127.0.0.1:" + ports.get(4) + ",127.0.0.1:" + ports.get(5);
    }

    private Admin admin() {
        return LocalCluster.admin(addresses());
    }

    private static void awaitMore(NumberedRecords load) throws Exception {
        int wanted = load.acknowledged() + BATCH;
        LocalCluster.await(wanted + " acknowledged", () -> load.acknowledged() >= wanted);
    }

    /// Partitions whose replica on `broker` lies in its first directory.
    private Set<Integer> inFirstDirectory(Admin admin, int broker) throws Exception {
        var found = new HashSet<Integer>();
        admin.describeLogDirs(List.of(broker))
                .allDescriptions()
                .get()
                .get(broker)
                .get("" + folder.resolve("n" + broker).resolve("a"))
                .replicaInfos()
                .keySet()
                .forEach(each -> {
                    if (each.topic().equals(TOPIC)) found.add(each.partition());
                });
        return found;
    }

    private static int firstLeader(Admin admin) throws Exception {
        return LocalCluster.partitions(admin, TOPIC).getFirst().leader().id();
    }

    private static boolean isLeftToOthers(TopicPartitionInfo partition, int broker) {
        return partition.leader() != null && partition.leader().id() != broker && !isInSync(partition, broker);
    }

    private static boolean isInSync(TopicPartitionInfo partition, int broker) {
        return partition.isr().stream().anyMatch(each -> each.id() == broker);
    }

    @Test
    void theLeadershipsOfAFailedDirectoryMoveAndTheBrokerGoesOn() throws Exception {
        try (Admin admin = admin()) {
            LocalCluster.createTopic(admin, TOPIC, PARTITIONS, 2);
            try (var load = new NumberedRecords(TOPIC, PARTITIONS, addresses())) {
                awaitMore(load);
                int broker = firstLeader(admin);
                LocalCluster.await(
                        "half of the replicas in the first directory",
                        () -> inFirstDirectory(admin, broker).size() == PARTITIONS / 2);
                Set<Integer> lost = inFirstDirectory(admin, broker);
                disks.get(broker).failWrites(DAMAGE);
                LocalCluster.await(
                        "other leaders and replicas",
                        () -> LocalCluster.partitions(admin, TOPIC).stream()
                                .allMatch(each -> lost.contains(each.partition())
                                        ? isLeftToOthers(each, broker)
                                        : isInSync(each, broker)));
                awaitMore(load);
                for (TopicPartitionInfo each : LocalCluster.partitions(admin, TOPIC))
                    if (lost.contains(each.partition()))
                        assertThat(isInSync(each, broker)).isFalse();
                // the directory stays out of service until the next start
                disks.get(broker).failWrites(null);
                nodes.get(broker).close();
                nodes.put(broker, startNode(broker, true));
                LocalCluster.awaitInSync(admin, TOPIC, 3);
                assertThat(failed.get(broker).getCount()).isOne();
                assertThat(load.verify(addresses())).isGreaterThan(BATCH);
            }
        }
    }

    /// The last one in sync comes back without a directory: an empty log in its place would lead.
    @Test
    void aLogInAMissingDirectoryIsNotReplacedByAnEmptyOne() throws Exception {
        try (Admin admin = admin()) {
            var replicas = new HashMap<Integer, List<Integer>>();
            for (int i = 0; i < PARTITIONS; i++) replicas.put(i, List.of(1, 2));
            admin.createTopics(List.of(new NewTopic(TOPIC, replicas))).all().get();
            LocalCluster.awaitInSync(admin, TOPIC, 2);
            LocalCluster.await(
                    "half of the replicas in the first directory",
                    () -> inFirstDirectory(admin, 1).size() == PARTITIONS / 2);
            Set<Integer> lost = inFirstDirectory(admin, 1);
            Objects.requireNonNull(nodes.remove(2)).close();
            LocalCluster.awaitInSync(admin, TOPIC, 1);
            try (var load = new NumberedRecords(TOPIC, PARTITIONS, addresses())) {
                awaitMore(load);
                nodes.get(1).close();
                nodes.put(2, startNode(2, true));
                nodes.put(1, startNode(1, false));
                // partitions of the directory that is left
                LocalCluster.await(
                        "leaders of the rest, and of no other",
                        () -> LocalCluster.partitions(admin, TOPIC).stream()
                                .allMatch(each -> lost.contains(each.partition())
                                        ? each.leader() == null
                                        : each.isr().size() == 2));
                nodes.get(1).close();
                nodes.put(1, startNode(1, true));
                LocalCluster.awaitInSync(admin, TOPIC, 2);
                assertThat(load.verify(addresses())).isGreaterThan(BATCH);
            }
        }
    }

    @Test
    void aBrokerStartsWithoutADirectoryThatCannotBeUsed() throws Exception {
        Path first = folder.resolve("n1").resolve("a");
        try (Admin admin = admin()) {
            LocalCluster.createTopic(admin, TOPIC, PARTITIONS, 2);
            try (var load = new NumberedRecords(TOPIC, PARTITIONS, addresses())) {
                awaitMore(load);
                LocalCluster.await(
                        "half of the replicas in the first directory",
                        () -> inFirstDirectory(admin, 1).size() == PARTITIONS / 2);
                Set<Integer> lost = inFirstDirectory(admin, 1);
                nodes.get(1).close();
                Files.move(first, folder.resolve("away"));
                Files.createFile(first);
                nodes.put(1, startNode(1, true));
                LocalCluster.await(
                        "other replicas in sync",
                        () -> LocalCluster.partitions(admin, TOPIC).stream()
                                .allMatch(each ->
                                        lost.contains(each.partition()) ? isLeftToOthers(each, 1) : isInSync(each, 1)));
                awaitMore(load);
                nodes.get(1).close();
                Files.delete(first);
                Files.move(folder.resolve("away"), first);
                nodes.put(1, startNode(1, true));
                LocalCluster.awaitInSync(admin, TOPIC, 3);
                assertThat(inFirstDirectory(admin, 1)).isEqualTo(lost);
                assertThat(load.verify(addresses())).isGreaterThan(BATCH);
            }
        }
    }

    @Test
    void aFullDirectoryOfAFollowerDoesNotStopTheLeader() throws Exception {
        try (Admin admin = admin()) {
            LocalCluster.createTopic(admin, TOPIC, 1, 2);
            try (var load = new NumberedRecords(TOPIC, 1, addresses())) {
                awaitMore(load);
                TopicPartitionInfo partition =
                        LocalCluster.partitions(admin, TOPIC).getFirst();
                int follower = 0;
                for (var each : partition.replicas()) {
                    boolean first = inFirstDirectory(admin, each.id()).contains(0);
                    if (first && each.id() != partition.leader().id()) follower = each.id();
                }
                assertThat(follower).isPositive();
                int full = follower;
                disks.get(full).failWrites(FULL);
                LocalCluster.await(
                        "the follower out of sync",
                        () -> !isInSync(LocalCluster.partitions(admin, TOPIC).getFirst(), full));
                awaitMore(load);
                disks.get(full).failWrites(null);
                LocalCluster.awaitInSync(admin, TOPIC, 3);
                awaitMore(load);
                assertThat(load.verify(addresses())).isGreaterThan(3 * BATCH);
            }
        }
    }

    /// Writes go on while the leader's directory is full, and all replicas are in sync again when there is space.
    @Test
    void theLeadershipsOfAFullDirectoryMove() throws Exception {
        try (Admin admin = admin()) {
            LocalCluster.createTopic(admin, TOPIC, PARTITIONS, 2);
            try (var load = new NumberedRecords(TOPIC, PARTITIONS, addresses())) {
                awaitMore(load);
                int broker = firstLeader(admin);
                Set<Integer> full = inFirstDirectory(admin, broker);
                assertThat(full).isNotEmpty();
                disks.get(broker).failWrites(FULL);
                LocalCluster.await(
                        "other leaders and replicas",
                        () -> LocalCluster.partitions(admin, TOPIC).stream()
                                .filter(each -> full.contains(each.partition()))
                                .allMatch(each -> isLeftToOthers(each, broker)));
                awaitMore(load);
                disks.get(broker).failWrites(null);
                LocalCluster.awaitInSync(admin, TOPIC, 3);
                awaitMore(load);
                assertThat(failed.get(broker).getCount()).isOne();
                assertThat(load.verify(addresses())).isGreaterThan(2 * BATCH);
            }
        }
    }
}
