package barnabas.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class BarnabasClusterTest {
    @RegisterExtension
    static final BarnabasClusterExtension SHARED = new BarnabasClusterExtension(3);

    private static Admin admin(String addresses) {
        return Admin.create(Map.of("bootstrap.servers", addresses));
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                if (condition.call()) return;
            } catch (ExecutionException e) {
                assertThat(System.nanoTime()).as("%s", e).isLessThan(end);
            }
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static TopicPartitionInfo partition(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .getFirst();
    }

    /// A topic whose one partition is led by node 1.
    private static void create(Admin admin, String topic) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, Map.of(0, List.of(1, 2, 3)))))
                .all()
                .get();
    }

    private static boolean leadsInSync(Admin admin, String topic, int leader, int inSync) throws Exception {
        TopicPartitionInfo found = partition(admin, topic);
        return found.leader() != null
                && (leader < 0 ? found.leader().id() != -leader : found.leader().id() == leader)
                && found.isr().size() == inSync;
    }

    @Test
    void aTopicWithThreeReplicasCanBeCreatedAtOnce() throws Exception {
        long begin = System.nanoTime();
        try (var cluster = BarnabasCluster.start(3);
                Admin admin = admin(cluster.bootstrapServers())) {
            System.out.println("three nodes in " + (System.nanoTime() - begin) / 1_000_000 + " ms");
            create(admin, "at-once");
            await(() -> leadsInSync(admin, "at-once", 1, 3));
        }
    }

    @Test
    void aKilledNodeLosesItsLeadershipsAndComesBack() throws Exception {
        try (Admin admin = admin(SHARED.bootstrapServers())) {
            create(admin, "killed");
            await(() -> leadsInSync(admin, "killed", 1, 3));
            SHARED.cluster().kill(1);
            assertThatThrownBy(() -> SHARED.cluster().node(1)).hasMessage("node 1 does not run");
            await(() -> leadsInSync(admin, "killed", -1, 2));
            SHARED.cluster().restart(1);
            await(() -> leadsInSync(admin, "killed", -1, 3));
        }
    }

    @Test
    void aKilledNodeLeavesNoMarkOfAnOrderlyStop() throws Exception {
        SHARED.cluster().kill(2);
        SHARED.cluster().awaitKilled(2);
        assertThat(SHARED.cluster().data(2).resolve(".kafka_cleanshutdown")).doesNotExist();
        SHARED.cluster().restart(2);
        SHARED.cluster().stop(2);
        assertThat(SHARED.cluster().data(2).resolve(".kafka_cleanshutdown")).exists();
        SHARED.cluster().restart(2);
    }

    @Test
    void aPausedNodeLosesItsLeadershipsAndAnswersWhenItGoesOn() throws Exception {
        // A request to the paused node is given up soon and sent to another, and so is a call of several requests.
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                SHARED.bootstrapServers(),
                "request.timeout.ms",
                2_000,
                "default.api.timeout.ms",
                5_000))) {
            create(admin, "paused");
            await(() -> leadsInSync(admin, "paused", 1, 3));
            SHARED.cluster().pause(1);
            try {
                await(() -> leadsInSync(admin, "paused", -1, 2));
            } finally {
                SHARED.cluster().resume(1);
            }
            await(() -> leadsInSync(admin, "paused", -1, 3));
        }
    }

    @Test
    void aStoppedNodeHandsItsLeadershipsOver() throws Exception {
        try (Admin admin = admin(SHARED.bootstrapServers())) {
            create(admin, "stopped");
            await(() -> leadsInSync(admin, "stopped", 1, 3));
            SHARED.cluster().stop(1);
            await(() -> leadsInSync(admin, "stopped", -1, 2));
            SHARED.cluster().restart(1);
            await(() -> leadsInSync(admin, "stopped", -1, 3));
        }
    }

    @Test
    void aNodeThatIsCutOffRunsOnAndCatchesUp() throws Exception {
        try (Admin admin = admin(SHARED.bootstrapServers())) {
            create(admin, "cut-off");
            await(() -> leadsInSync(admin, "cut-off", 1, 3));
            SHARED.cluster().cutOff(1);
            await(() -> leadsInSync(admin, "cut-off", -1, 2));
            assertThat(SHARED.cluster().node(1).nodeId()).isEqualTo(1);
            SHARED.cluster().reconnect(1);
            await(() -> leadsInSync(admin, "cut-off", -1, 3));
        }
    }
}
