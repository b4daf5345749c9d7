package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes with static voters form one cluster.
@Timeout(120)
class ThreeNodesTest {
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final Map<Integer, Barnabas> nodes = new TreeMap<>();
    private List<Integer> ports = List.of();

    private void startAll() throws Exception {
        ports = ClusterNode.freePorts(3);
        for (int id = 1; id <= 3; id++) ClusterNode.format(id, folder);
        start(1, 2, 3);
    }

    /// At the same time: one alone finds no leader.
    private void start(int... ids) throws Exception {
        var settings = new TreeMap<Integer, Map<String, String>>();
        for (int id : ids) settings.put(id, settings(id));
        start(settings);
    }

    private void start(Map<Integer, Map<String, String>> settings) throws Exception {
        try (ExecutorService starts = Executors.newCachedThreadPool()) {
            var starting = new TreeMap<Integer, Future<Barnabas>>();
            settings.forEach((id, each) -> starting.put(id, starts.submit(() -> ClusterNode.start(each))));
            for (var each : starting.entrySet())
                nodes.put(each.getKey(), each.getValue().get(60, TimeUnit.SECONDS));
        }
    }

    private Map<String, String> settings(int id) {
        return ClusterNode.settings(id, ports, folder);
    }

    @AfterEach
    void stopAll() throws Exception {
        try (ExecutorService stops = Executors.newCachedThreadPool()) {
            for (Barnabas each : nodes.values()) stops.execute(each::close);
        }
    }

    private Admin admin(int id) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, nodes.get(id).bootstrapServers(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000));
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + WAIT_MAX.toNanos();
        Exception last = null;
        while (System.nanoTime() - end < 0) {
            try {
                if (condition.call()) return;
            } catch (ExecutionException e) {
                last = e;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError(what, last);
    }

    private int controller(int askedNode) throws Exception {
        try (Admin admin = admin(askedNode)) {
            return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
        }
    }

    @Test
    void everyNodeCreatesTopicsAndAllSeeThem() throws Exception {
        startAll();
        for (int id : nodes.keySet()) {
            try (Admin admin = admin(id)) {
                admin.createTopics(List.of(new NewTopic("topic-" + id, Map.of(0, List.of(id)))))
                        .all()
                        .get();
                // The node that was asked has it at once.
                assertThat(admin.listTopics().names().get()).contains("topic-" + id);
            }
        }
        for (int id : nodes.keySet()) {
            try (Admin admin = admin(id)) {
                await(
                        "topics on node " + id,
                        () -> admin.listTopics().names().get().containsAll(List.of("topic-1", "topic-2", "topic-3")));
                assertThat(admin.describeCluster().nodes().get()).hasSize(3);
                var described =
                        admin.describeTopics(List.of("topic-2")).allTopicNames().get();
                assertThat(described
                                .get("topic-2")
                                .partitions()
                                .getFirst()
                                .leader()
                                .id())
                        .isEqualTo(2);
            }
        }
    }

    /// One controller, which no client talks to, and two brokers, which follow the quorum and do not vote.
    @Test
    void brokersFollowAControllerOfAnotherProcess() throws Exception {
        ports = ClusterNode.freePorts(1);
        for (int id : List.of(1, 2, 3)) ClusterNode.format(id, folder);
        start(Map.of(
                1, ClusterNode.controller(settings(1)),
                2, ClusterNode.broker(2, settings(1), folder),
                3, ClusterNode.broker(3, settings(1), folder)));
        for (int id : List.of(2, 3)) {
            try (Admin admin = admin(id)) {
                admin.createTopics(List.of(new NewTopic("topic-" + id, Map.of(0, List.of(5 - id)))))
                        .all()
                        .get();
                assertThat(admin.listTopics().names().get()).contains("topic-" + id);
                assertThat(admin.describeCluster().nodes().get())
                        .extracting(Node::id)
                        .containsExactlyInAnyOrder(2, 3);
                assertThat(admin.describeCluster().controller().get().id()).isBetween(2, 3);
                QuorumInfo info = admin.describeMetadataQuorum().quorumInfo().get();
                assertThat(info.leaderId()).isEqualTo(1);
                assertThat(info.observers())
                        .extracting(QuorumInfo.ReplicaState::replicaId)
                        .containsExactlyInAnyOrder(2, 3);
            }
        }
        nodes.remove(3).close();
        try (Admin admin = admin(2)) {
            await("gone", () -> admin.describeCluster().nodes().get().size() == 1);
        }
    }

    @Test
    void aDirectoryWithoutTheIdOfAClusterIsRefused() throws Exception {
        ports = ClusterNode.freePorts(3);
        assertThatThrownBy(() -> ClusterNode.start(settings(1)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("is formatted");
    }

    @Test
    void aNodeOfAnotherClusterDoesNotStartAndHarmsNothing() throws Exception {
        ports = ClusterNode.freePorts(3);
        ClusterNode.format(1, folder);
        ClusterNode.format(2, folder);
        ClusterNode.format(3, folder, "b3RoZXIgY2x1c3RlciBpZA");
        start(1, 2);
        var settings = settings(3);
        settings.put("server.max.startup.time.ms", "3000");
        assertThatThrownBy(() -> ClusterNode.start(settings))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("quorum");
        try (Admin admin = admin(1)) {
            admin.createTopics(List.of(new NewTopic("unharmed", Map.of(0, List.of(1)))))
                    .all()
                    .get();
        }
    }

    @Test
    void describeQuorumTellsWhoLeadsAndHowFarTheOthersAre() throws Exception {
        startAll();
        var leaders = new ArrayList<Integer>();
        for (int id : nodes.keySet()) {
            try (Admin admin = admin(id)) {
                QuorumInfo info = admin.describeMetadataQuorum().quorumInfo().get();
                leaders.add(info.leaderId());
                assertThat(info.voters())
                        .extracting(QuorumInfo.ReplicaState::replicaId)
                        .containsExactlyInAnyOrder(1, 2, 3);
                assertThat(info.voters())
                        .allSatisfy(voter -> assertThat(voter.logEndOffset()).isPositive());
            }
        }
        assertThat(leaders).containsOnly(leaders.getFirst());
    }

    @Test
    void withoutTheControllerTheOthersGoOnAndItComesBack() throws Exception {
        startAll();
        int old = controller(1);
        nodes.remove(old).close();
        int asked = nodes.keySet().iterator().next();
        await("another controller", () -> controller(asked) != old);
        try (Admin admin = admin(asked)) {
            admin.createTopics(List.of(new NewTopic("meanwhile", Map.of(0, List.of(asked)))))
                    .all()
                    .get();
            await("fenced", () -> admin.describeCluster().nodes().get().size() == 2);
        }
        start(old);
        try (Admin admin = admin(old)) {
            assertThat(admin.listTopics().names().get()).contains("meanwhile");
            await("unfenced", () -> admin.describeCluster().nodes().get().size() == 3);
        }
    }
}
