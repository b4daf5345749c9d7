package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three processes, the active controller of which is killed.
@Timeout(180)
class KilledControllerTest {
    /// A machine under load takes several times of what an idle one takes: 1 to 1.5 s.
    private static final Duration FAILOVER_MAX = Duration.ofSeconds(15);

    @TempDir
    private Path folder;

    private final Map<Integer, NodeProcess> nodes = new TreeMap<>();

    @AfterEach
    void stop() throws Exception {
        for (NodeProcess each : nodes.values()) each.close();
    }

    private static Admin admin(String address) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 20_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 40_000));
    }

    private static void create(Admin admin, String topic, int node) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, Map.of(0, List.of(node)))))
                .all()
                .get();
    }

    @Test
    void anotherControllerDecidesAndTheKilledOneComesBack() throws Exception {
        List<Integer> ports = ClusterNode.freePorts(3);
        Path log = folder.resolve("errors.txt");
        for (int id = 1; id <= 3; id++) {
            ClusterNode.format(id, folder);
            nodes.put(id, NodeProcess.start(ClusterNode.settings(id, ports, folder), log));
        }
        var addresses = new TreeMap<Integer, String>();
        for (var each : nodes.entrySet())
            addresses.put(each.getKey(), each.getValue().address());
        int killed;
        try (Admin admin = admin(addresses.get(1))) {
            killed = admin.describeMetadataQuorum().quorumInfo().get().leaderId();
        }
        int left = killed % 3 + 1;
        try (Admin admin = admin(addresses.get(left))) {
            create(admin, "before", left);
            nodes.remove(killed).kill();
            long since = System.nanoTime();
            create(admin, "after", left);
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(FAILOVER_MAX);
            assertThat(admin.describeMetadataQuorum().quorumInfo().get().leaderId())
                    .isNotEqualTo(killed);
        }
        // While the session of the killed process lasts, the controller takes it for running.
        var again = NodeProcess.start(ClusterNode.settings(killed, ports, folder), log);
        nodes.put(killed, again);
        try (Admin admin = admin(again.address())) {
            assertThat(admin.listTopics().names().get()).contains("before", "after");
            assertThat(admin.describeCluster().nodes().get())
                    .extracting(node -> node.id())
                    .contains(killed);
        }
    }
}
