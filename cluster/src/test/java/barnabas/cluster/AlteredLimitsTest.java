package barnabas.cluster;

import barnabas.broker.Barnabas;
import barnabas.client.Address;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Limits on connections that operators alter while a cluster runs.
@Timeout(120)
class AlteredLimitsTest {
    private static final String PER_ADDRESS = "max.connections.per.ip";
    private static final String ALL_BROKERS = "";

    @TempDir
    private Path folder;

    private LocalCluster cluster = new LocalCluster(Path.of(""), List.of());

    /// Nodes 2 and 3 are brokers.
    @BeforeEach
    void start() throws Exception {
        cluster = new LocalCluster(folder, ClusterNode.freePorts(1));
        for (int id = 1; id <= 3; id++) ClusterNode.format(id, folder);
        cluster.start(Map.of(
                1, ClusterNode.controller(cluster.settings(1)),
                2, ClusterNode.broker(2, cluster.settings(1), folder),
                3, ClusterNode.broker(3, cluster.settings(1), folder)));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static void set(Admin admin, String broker, String name, String value) throws Exception {
        var operation = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(
                        Map.of(new ConfigResource(ConfigResource.Type.BROKER, broker), List.of(operation)))
                .all()
                .get();
    }

    /// Whether a node closes a second connection of this address at once.
    private boolean isLimited(int id) throws IOException {
        Barnabas node = cluster.nodes().get(id);
        if (node == null) throw new AssertionError("node " + id + " does not run");
        Address at = Address.parse(node.bootstrapServers());
        try (var first = new Socket(at.host(), at.port());
                var second = new Socket(at.host(), at.port())) {
            return isClosed(first) || isClosed(second);
        }
    }

    private static boolean isClosed(Socket socket) throws IOException {
        socket.setSoTimeout(50);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void countOnOneBroker() throws Exception {
        try (Admin admin = cluster.admin(2)) {
            set(admin, "3", PER_ADDRESS, "1");
            LocalCluster.await("limit on node 3", () -> isLimited(3));
            LocalCluster.await("no limit on node 2", () -> !isLimited(2));
        }
    }

    @Test
    void countOnAllBrokers() throws Exception {
        try (Admin admin = cluster.admin(2)) {
            set(admin, ALL_BROKERS, PER_ADDRESS, "1");
            LocalCluster.await("limit on node 3", () -> isLimited(3));
            LocalCluster.await("limit on node 2", () -> isLimited(2));
        }
    }
}
