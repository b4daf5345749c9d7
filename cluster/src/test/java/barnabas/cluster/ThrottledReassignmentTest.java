package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Replicas that a throttled reassignment adds, with the settings that kafka-reassign-partitions.sh makes.
@Timeout(180)
class ThrottledReassignmentTest {
    private static final int RECORDS = 30;
    private static final int RECORD_BYTES = 50_000;

    @TempDir
    private Path folder;

    private LocalCluster cluster = new LocalCluster(Path.of(""), List.of());

    @BeforeEach
    void start() throws Exception {
        cluster = new LocalCluster(folder, ClusterNode.freePorts(3));
        cluster.startThree(_ -> Map.of("replication.quota.window.num", "2", "replica.fetch.max.bytes", "100000"));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static void set(Admin admin, ConfigResource resource, String name, String value) throws Exception {
        Collection<AlterConfigOp> change =
                List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET));
        admin.incrementalAlterConfigs(Map.of(resource, change)).all().get();
    }

    private static void limit(Admin admin, String side, int broker, long bytesPerSecond) throws Exception {
        set(
                admin,
                new ConfigResource(ConfigResource.Type.BROKER, "" + broker),
                side + ".replication.throttled.rate",
                "" + bytesPerSecond);
    }

    private void produce() throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", cluster.addresses(), "batch.size", "0"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            var sent = new ArrayList<Future<?>>();
            for (int i = 0; i < RECORDS; i++)
                sent.add(producer.send(new ProducerRecord<>("t", new byte[RECORD_BYTES])));
            for (var each : sent) each.get();
        }
    }

    private static void reassign(Admin admin, Integer... replicas) throws Exception {
        var target = Optional.of(new NewPartitionReassignment(List.of(replicas)));
        admin.alterPartitionReassignments(Map.of(new TopicPartition("t", 0), target))
                .all()
                .get();
    }

    private static boolean isOver(Admin admin) throws Exception {
        return admin.listPartitionReassignments().reassignments().get().isEmpty();
    }

    /// @param side whose rate is limited: of the broker that sends, or of the one that fetches
    private void slowsDownAndGoesOnWithoutIt(String side, int broker) throws Exception {
        try (Admin admin = LocalCluster.admin(cluster.addresses())) {
            admin.createTopics(List.of(new NewTopic("t", Map.of(0, List.of(1)))))
                    .all()
                    .get();
            produce();
            var topic = new ConfigResource(ConfigResource.Type.TOPIC, "t");
            String name = side + ".replication.throttled.replicas";
            set(admin, topic, name, "0:" + broker);
            limit(admin, side, broker, 300_000);
            long begin = System.nanoTime();
            reassign(admin, 2);
            LocalCluster.await("the first reassignment", () -> isOver(admin));
            assertThat((System.nanoTime() - begin) / 1_000_000)
                    .as("1.5 MB at 300 KB a second, less what passes at first")
                    .isGreaterThan(2_500);
            // so slow that the rest would take hours, until the limit is gone
            int next = side.equals("leader") ? 2 : 3;
            set(admin, topic, name, "0:" + next);
            limit(admin, side, next, 100);
            reassign(admin, 3);
            LocalCluster.await(
                    "the second reassignment has begun",
                    () -> !admin.listPartitionReassignments()
                            .reassignments()
                            .get()
                            .isEmpty());
            limit(admin, side, next, 100_000_000);
            LocalCluster.await("the second reassignment", () -> isOver(admin));
            // the broker that answers may learn of it a little later
            LocalCluster.await(
                    "the replica on broker 3",
                    () -> LocalCluster.partitions(admin, "t")
                                    .getFirst()
                                    .replicas()
                                    .getFirst()
                                    .id()
                            == 3);
        }
    }

    @Test
    void theLeadersRateSlowsItDown() throws Exception {
        slowsDownAndGoesOnWithoutIt("leader", 1);
    }

    @Test
    void theFollowersRateSlowsItDown() throws Exception {
        slowsDownAndGoesOnWithoutIt("follower", 2);
    }
}
