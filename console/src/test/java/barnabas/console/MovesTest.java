package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import barnabas.broker.Barnabas;
import barnabas.cluster.QuorumMembership;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.net.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A move of replicas that is under way, in a real Chromium on a cluster of two nodes: the goal of the move is stopped,
/// so
/// that it does not end by itself.
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class MovesTest {
    private static final String CLUSTER_ID = "c2l4dGVlbiBieXRlcyBpZA";
    private static final String DIRECTORY_IDS = "AAAAAAAAAAAAAAAAAAAA";
    private static final TopicPartition MOVING = new TopicPartition("moving", 0);

    @TempDir
    private Path folder;

    private Barnabas start(int id, int controllerPort) throws Exception {
        Path data = Files.createDirectories(folder.resolve("n" + id));
        Files.writeString(
                data.resolve("meta.properties"),
                "version=1\ncluster.id=" + CLUSTER_ID + "\nnode.id=" + id + "\ndirectory.id=" + DIRECTORY_IDS
                        + (char) ('a' + id) + "A\n");
        var settings = new HashMap<String, String>();
        settings.put("node.id", "" + id);
        settings.put("process.roles", id == 1 ? "broker,controller" : "broker");
        String controller = ",CONTROLLER://127.0.0.1:" + controllerPort;
        settings.put("listeners", "PLAINTEXT://127.0.0.1:0" + (id == 1 ? controller : ""));
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("log.dirs", data.toString());
        settings.put("barnabas.http.listeners", "http://127.0.0.1:0");
        if (!(BrokerConfig.parse(settings) instanceof ParseResult.Valid(BrokerConfig config, var _)))
            throw new IllegalArgumentException("settings");
        return Barnabas.start(config, new QuorumMembership(config));
    }

    @Test
    void aMoveIsShownWithItsProgressAndCancelled() throws Exception {
        assumeTrue(Browser.isInstalled(), "no chromium and chromedriver on the path: the move is not tested");
        int port = FreePorts.choose(1).getFirst();
        try (Barnabas first = start(1, port);
                Admin admin =
                        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, first.bootstrapServers()))) {
            try (Barnabas second = start(2, port)) {
                assertThat(second.nodeId()).isEqualTo(2);
                admin.createTopics(List.of(new NewTopic(MOVING.topic(), Map.of(0, List.of(1)))))
                        .all()
                        .get(1, TimeUnit.MINUTES);
            }
            admin.alterPartitionReassignments(Map.of(MOVING, Optional.of(new NewPartitionReassignment(List.of(2)))))
                    .all()
                    .get(1, TimeUnit.MINUTES);
            try (Browser browser = Browser.open(folder.resolve("profile"))) {
                browser.resize(1280, 860);
                browser.go(first.httpUrls().getFirst() + "/cluster/reassignments");
                browser.awaitText("moving");
                assertThat(Inspection.faults(browser)).isEmpty();
                browser.clickAt("button[aria-label=\"Cancel the move of moving-0\"]");
                browser.awaitText("Copies on 2 go.");
                assertThat(Inspection.faults(browser)).isEmpty();
                assertThat(Inspection.overflow(browser)).isEmpty();
                browser.click("Cancel the move");
                browser.await("!document.querySelector('dialog')");
                browser.await("!document.querySelector('main').innerText.includes('moving')");
                assertThat(browser.errors()).isEmpty();
            }
            assertThat(admin.listPartitionReassignments().reassignments().get(1, TimeUnit.MINUTES))
                    .isEmpty();
        }
    }
}
