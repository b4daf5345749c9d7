package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes in one process, and topics with three replicas.
@Timeout(180)
class ReplicatedTopicTest {
    private static final int PARTITIONS = 3;
    private static final int BATCH = 500;

    @TempDir
    private Path folder;

    private LocalCluster cluster = new LocalCluster(Path.of(""), List.of());

    @BeforeEach
    void start() throws Exception {
        for (int id = 1; id <= 3; id++) ClusterNode.format(id, folder);
        cluster = new LocalCluster(folder, ClusterNode.freePorts(3));
        cluster.start(1, 2, 3);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static void awaitMore(NumberedRecords load) throws Exception {
        int wanted = load.acknowledged() + BATCH;
        LocalCluster.await(wanted + " acknowledged", () -> load.acknowledged() >= wanted);
    }

    @Test
    void leadersAreStoppedOneAfterTheOtherUnderLoad() throws Exception {
        String all = cluster.addresses();
        try (Admin admin = LocalCluster.admin(all)) {
            LocalCluster.createTopic(admin, "t", PARTITIONS, 2);
            try (var load = new NumberedRecords("t", PARTITIONS, all)) {
                awaitMore(load);
                for (int round = 0; round < 3; round++) {
                    int leader = LocalCluster.partitions(admin, "t")
                            .getFirst()
                            .leader()
                            .id();
                    cluster.stop(leader);
                    LocalCluster.awaitInSync(admin, "t", 2);
                    assertThat(LocalCluster.partitions(admin, "t")
                                    .getFirst()
                                    .leader()
                                    .id())
                            .isNotEqualTo(leader);
                    awaitMore(load);
                    cluster.start(leader);
                    LocalCluster.awaitInSync(admin, "t", 3);
                    awaitMore(load);
                }
                assertThat(load.verify(cluster.addresses())).isGreaterThan(7 * BATCH);
            }
        }
    }

    @Test
    void withoutEnoughReplicasInSyncNothingIsTaken() throws Exception {
        String all = cluster.addresses();
        try (Admin admin = LocalCluster.admin(all)) {
            LocalCluster.createTopic(admin, "t", PARTITIONS, 3);
            int follower = LocalCluster.partitions(admin, "t").getFirst().replicas().stream()
                    .map(Node::id)
                    .filter(id -> id != 1)
                    .findFirst()
                    .orElseThrow();
            cluster.stop(follower);
            LocalCluster.awaitInSync(admin, "t", 2);
            try (var producer = new KafkaProducer<>(
                    Map.<String, Object>of(
                            "bootstrap.servers",
                            cluster.addresses(),
                            "acks",
                            "all",
                            "retries",
                            0,
                            "enable.idempotence",
                            false),
                    new IntegerSerializer(),
                    new IntegerSerializer())) {
                assertThatThrownBy(() -> producer.send(new ProducerRecord<>("t", 0, 1, 1))
                                .get())
                        .hasCauseInstanceOf(NotEnoughReplicasException.class);
                cluster.start(follower);
                // the leader may see that later than the node that is asked here
                LocalCluster.await(
                        "a record is taken",
                        () -> producer.send(new ProducerRecord<>("t", 0, 1, 1))
                                        .get()
                                        .offset()
                                == 0);
            }
        }
    }
}
