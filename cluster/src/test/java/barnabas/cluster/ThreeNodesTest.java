package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import barnabas.client.Address;
import barnabas.client.Connection;
import barnabas.client.ConnectionOptions;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.DescribeQuorumRequest;
import barnabas.protocol.message.DescribeQuorumResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes with static voters form one cluster.
@Timeout(120)
class ThreeNodesTest {
    @TempDir
    private Path folder;

    private LocalCluster cluster = new LocalCluster(Path.of(""), List.of());

    private void open(int controllers) throws Exception {
        cluster = new LocalCluster(folder, ClusterNode.freePorts(controllers));
    }

    private void startAll() throws Exception {
        for (int id = 1; id <= 3; id++) ClusterNode.format(id, folder);
        open(3);
        cluster.start(1, 2, 3);
    }

    @AfterEach
    void stopAll() {
        cluster.close();
    }

    private Admin admin(int id) {
        return cluster.admin(id);
    }

    private Map<String, String> settings(int id) {
        return cluster.settings(id);
    }

    @Test
    void everyNodeCreatesTopicsAndAllSeeThem() throws Exception {
        startAll();
        for (int id : cluster.nodes().keySet()) {
            try (Admin admin = admin(id)) {
                admin.createTopics(List.of(new NewTopic("topic-" + id, Map.of(0, List.of(id)))))
                        .all()
                        .get();
                // The node that was asked has it at once.
                assertThat(admin.listTopics().names().get()).contains("topic-" + id);
            }
        }
        for (int id : cluster.nodes().keySet()) {
            try (Admin admin = admin(id)) {
                LocalCluster.await(
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

    /// Two of the three ask the leader, in the version in which they were asked.
    @Test
    void everyNodeDescribesTheQuorumInEachVersion() throws Exception {
        startAll();
        var request = new DescribeQuorumRequest(List.of(new DescribeQuorumRequest.TopicData(
                "__cluster_metadata", List.of(new DescribeQuorumRequest.PartitionData(0)))));
        for (Barnabas node : cluster.nodes().values()) {
            for (short version = 0; version <= 2; version++) {
                Address at = Address.parse(node.bootstrapServers());
                try (Connection connection = Connection.open(at, ConnectionOptions.of("test"))) {
                    var answer = connection.receive(
                            connection.send(request, DescribeQuorumResponse.class, version), Duration.ofSeconds(30));
                    assertThat(answer.errorCode()).isZero();
                    assertThat(answer.nodes()).hasSize(version < 2 ? 0 : 3);
                    var partition = answer.topics().getFirst().partitions().getFirst();
                    assertThat(partition.currentVoters())
                            .hasSize(3)
                            .allSatisfy(voter -> assertThat(
                                            voter.replicaDirectoryId().equals(Uuid.ZERO))
                                    .isTrue());
                }
            }
        }
    }

    /// One controller, which no client talks to, and two brokers, which follow the quorum and do not vote.
    @Test
    void brokersFollowAControllerOfAnotherProcess() throws Exception {
        open(1);
        for (int id : List.of(1, 2, 3)) ClusterNode.format(id, folder);
        cluster.start(Map.of(
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
        cluster.stop(3);
        try (Admin admin = admin(2)) {
            LocalCluster.await(
                    "gone", () -> admin.describeCluster().nodes().get().size() == 1);
        }
    }

    /// Both replicas stop, below min.insync.replicas, and the one that stopped first comes back alone: it has all that
    /// was
    /// committed and lost nothing, so that it may lead. One that was killed may have lost records (KIP-966).
    @Test
    void aBrokerThatStoppedInOrderMayStillLead() throws Exception {
        open(1);
        for (int id : List.of(1, 2, 3)) ClusterNode.format(id, folder);
        Map<String, String> third = ClusterNode.broker(3, settings(1), folder);
        cluster.start(Map.of(
                1, ClusterNode.controller(settings(1)),
                2, ClusterNode.broker(2, settings(1), folder),
                3, third));
        try (Admin admin = admin(2)) {
            admin.createTopics(List.of(
                            new NewTopic("t", Map.of(0, List.of(2, 3))).configs(Map.of("min.insync.replicas", "2"))))
                    .all()
                    .get();
            cluster.stop(3);
            LocalCluster.await("one in sync", () -> partition(admin).isr().size() == 1);
            cluster.stop(2);
        }
        cluster.start(Map.of(3, third));
        try (Admin admin = admin(3)) {
            LocalCluster.await("a leader", () -> leads(partition(admin), 3));
        }
    }

    private static TopicPartitionInfo partition(Admin admin) throws Exception {
        return admin.describeTopics(List.of("t"))
                .allTopicNames()
                .get()
                .get("t")
                .partitions()
                .getFirst();
    }

    private static boolean leads(TopicPartitionInfo partition, int id) {
        return partition.leader() != null && partition.leader().id() == id;
    }

    @Test
    void aDirectoryWithoutTheIdOfAClusterIsRefused() throws Exception {
        open(3);
        assertThatThrownBy(() -> ClusterNode.start(settings(1)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("is formatted");
    }

    @Test
    void aNodeOfAnotherClusterDoesNotStartAndHarmsNothing() throws Exception {
        open(3);
        ClusterNode.format(1, folder);
        ClusterNode.format(2, folder);
        ClusterNode.format(3, folder, "b3RoZXIgY2x1c3RlciBpZA");
        cluster.start(1, 2);
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
    void describeQuorumNamesTheLeaderAndTheLagOfTheOthers() throws Exception {
        startAll();
        var leaders = new ArrayList<Integer>();
        for (int id : cluster.nodes().keySet()) {
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
        int old = cluster.controller(1);
        cluster.stop(old);
        int asked = cluster.nodes().keySet().iterator().next();
        LocalCluster.await("another controller", () -> cluster.controller(asked) != old);
        try (Admin admin = admin(asked)) {
            admin.createTopics(List.of(new NewTopic("meanwhile", Map.of(0, List.of(asked)))))
                    .all()
                    .get();
            LocalCluster.await(
                    "fenced", () -> admin.describeCluster().nodes().get().size() == 2);
        }
        cluster.start(old);
        try (Admin admin = admin(old)) {
            assertThat(admin.listTopics().names().get()).contains("meanwhile");
            LocalCluster.await(
                    "unfenced", () -> admin.describeCluster().nodes().get().size() == 3);
        }
    }
}
