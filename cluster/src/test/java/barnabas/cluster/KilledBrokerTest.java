package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three processes whose sessions last so long that no test waits for their end.
@Timeout(120)
class KilledBrokerTest {
    private static final Duration SESSION = Duration.ofSeconds(100);
    private static final String TOPIC = "t";

    @TempDir
    private Path folder;

    private final Map<Integer, NodeProcess> nodes = new TreeMap<>();
    private final List<Integer> ports = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        ports.addAll(ClusterNode.freePorts(3));
        for (int id = 1; id <= 3; id++) {
            ClusterNode.format(id, folder);
            nodes.put(id, NodeProcess.start(settings(id), log()));
        }
        for (NodeProcess each : nodes.values()) addresses.add(each.address());
        try (Admin admin = admin()) {
            admin.createTopics(List.of(
                            new NewTopic(TOPIC, Map.of(0, List.of(1, 2, 3), 1, List.of(2, 3, 1), 2, List.of(3, 1, 2)))))
                    .all()
                    .get();
            LocalCluster.await(
                    "all in sync",
                    () -> partitions(admin).stream().allMatch(each -> each.isr().size() == 3));
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (NodeProcess each : nodes.values()) each.close();
    }

    private Path log() {
        return folder.resolve("errors.txt");
    }

    private Map<String, String> settings(int id) {
        var settings = new HashMap<>(ClusterNode.settings(id, ports, folder));
        settings.put("broker.session.timeout.ms", "" + SESSION.toMillis());
        return settings;
    }

    private Admin admin() {
        return LocalCluster.admin(String.join(",", addresses));
    }

    private static List<TopicPartitionInfo> partitions(Admin admin) throws Exception {
        return admin.describeTopics(List.of(TOPIC))
                .allTopicNames()
                .get()
                .get(TOPIC)
                .partitions();
    }

    private static int controller(Admin admin) throws Exception {
        return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
    }

    private static boolean isGone(Admin admin, int node) throws Exception {
        return partitions(admin).stream()
                .allMatch(each -> each.leader() != null
                        && each.leader().id() != node
                        && each.isr().stream().noneMatch(member -> member.id() == node));
    }

    private void killAndRestart(Admin admin, int node) throws Exception {
        nodes.remove(node).kill();
        LocalCluster.await("the leaders of node " + node + " move", () -> isGone(admin, node));
        // its registration does not wait for the end of the session either
        var again = NodeProcess.start(settings(node), log());
        nodes.put(node, again);
        addresses.set(node - 1, again.address());
        LocalCluster.await(
                "all in sync",
                () -> partitions(admin).stream().allMatch(each -> each.isr().size() == 3));
    }

    @Test
    void aKilledBrokerIsFencedAtOnce() throws Exception {
        try (Admin admin = admin()) {
            int node = controller(admin) % 3 + 1;
            killAndRestart(admin, node);
            assertThat(Files.readString(log())).contains("Fenced broker " + node + ": its connection is gone");
        }
    }

    @Test
    void theBrokerOfAKilledControllerIsFencedByTheNextOne() throws Exception {
        try (Admin admin = admin()) {
            killAndRestart(admin, controller(admin));
        }
    }
}
