package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes as an operator sees them, and changes that the controller makes by itself.
@Timeout(120)
class OperatedClusterTest {
    @TempDir
    private Path folder;

    private List<Integer> ports = List.of();
    private LocalCluster cluster = new LocalCluster(Path.of(""), List.of());

    @BeforeEach
    void start() throws Exception {
        ports = ClusterNode.freePorts(3);
        cluster = new LocalCluster(folder, ports);
        var settings = new TreeMap<Integer, Map<String, String>>();
        for (int id = 1; id <= 3; id++) {
            ClusterNode.format(id, folder);
            settings.put(id, settings(id));
        }
        cluster.start(settings);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Map<String, String> settings(int id) {
        var settings = new HashMap<>(cluster.settings(id));
        settings.put("leader.imbalance.check.interval.seconds", "1");
        return settings;
    }

    private static TopicPartitionInfo partition(Admin admin) throws Exception {
        return admin.describeTopics(List.of("t"))
                .allTopicNames()
                .get()
                .get("t")
                .partitions()
                .getFirst();
    }

    private static void create(Admin admin, Integer... replicas) throws Exception {
        admin.createTopics(List.of(new NewTopic("t", Map.of(0, List.of(replicas)))))
                .all()
                .get();
    }

    private static List<Integer> ids(List<Node> nodes) {
        return nodes.stream().map(Node::id).toList();
    }

    @Test
    void aPreferredReplicaLeadsAgainAfterItsNodeStopped() throws Exception {
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            create(admin, 2, 3, 1);
            cluster.stop(2);
            assertThat(partition(admin).leader().id()).isEqualTo(3);
            cluster.start(Map.of(2, settings(2)));
            LocalCluster.await("node 2 leads", () -> partition(admin).leader().id() == 2);
            assertThat(ids(partition(admin).isr())).containsExactlyInAnyOrder(1, 2, 3);
        }
    }

    @Test
    void aReassignmentEndsWhenTheNewReplicaIsInSync() throws Exception {
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            create(admin, 1);
            admin.alterPartitionReassignments(Map.of(
                            new TopicPartition("t", 0), Optional.of(new NewPartitionReassignment(List.of(2, 3)))))
                    .all()
                    .get();
            LocalCluster.await(
                    "the reassignment ends",
                    () -> admin.listPartitionReassignments()
                            .reassignments()
                            .get()
                            .isEmpty());
            TopicPartitionInfo moved = partition(admin);
            assertThat(ids(moved.replicas())).containsExactly(2, 3);
            assertThat(ids(moved.isr())).containsExactlyInAnyOrder(2, 3);
            assertThat(moved.leader().id()).isEqualTo(2);
        }
    }

    /// As `kafka-features.sh upgrade --feature kraft.version=1` asks for it (KIP-853).
    @Test
    void staticVotersMoveIntoTheMetadataLog() throws Exception {
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            assertThat(admin.describeFeatures().featureMetadata().get().finalizedFeatures())
                    .doesNotContainKey("kraft.version");
            // Refused until the leader knows the directories of all voters.
            LocalCluster.await("the level is taken", () -> {
                admin.updateFeatures(
                                Map.of(
                                        "kraft.version",
                                        new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.UPGRADE)),
                                new UpdateFeaturesOptions())
                        .all()
                        .get();
                return true;
            });
            LocalCluster.await("the level is shown", () -> {
                var shown = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
                return shown.containsKey("kraft.version")
                        && shown.get("kraft.version").maxVersionLevel() == 1;
            });
            // The leader of the quorum counts its voters again with the next fetch of a follower.
            LocalCluster.await("the voters are shown with their directories", () -> {
                var voters = admin.describeMetadataQuorum().quorumInfo().get().voters();
                return voters.size() == 3
                        && voters.stream()
                                .noneMatch(voter -> voter.replicaDirectoryId().equals(Uuid.ZERO_UUID));
            });
        }
    }

    @Test
    void controllersAreAskedDirectly() throws Exception {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.controllers",
                "127.0.0.1:" + ports.getFirst(),
                "request.timeout.ms",
                10_000,
                "default.api.timeout.ms",
                20_000))) {
            assertThat(admin.describeCluster().nodes().get())
                    .extracting(Node::id, Node::port)
                    .containsExactlyInAnyOrder(tuple(1, ports.get(0)), tuple(2, ports.get(1)), tuple(3, ports.get(2)));
            assertThat(admin.describeCluster().clusterId().get()).isEqualTo(ClusterNode.CLUSTER_ID);
            assertThat(admin.describeMetadataQuorum().quorumInfo().get().voters())
                    .hasSize(3);
            assertThat(admin.describeFeatures().featureMetadata().get().finalizedFeatures())
                    .containsKey("metadata.version");
        }
    }
}
