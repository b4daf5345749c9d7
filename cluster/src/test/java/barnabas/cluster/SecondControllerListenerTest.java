package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A controller with a listener for tools beside that of the quorum (KIP-919).
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SecondControllerListenerTest {
    @TempDir
    private Path folder;

    @Test
    void addressesAreThoseOfTheListenerInUse() throws Exception {
        List<Integer> ports = ClusterNode.freePorts(2);
        ClusterNode.format(1, folder);
        try (var cluster = new LocalCluster(folder, ports.subList(0, 1))) {
            Map<String, String> settings = ClusterNode.controller(cluster.settings(1));
            settings.put("listeners", settings.get("listeners") + ",TOOLS://127.0.0.1:" + ports.get(1));
            settings.put("controller.listener.names", "CONTROLLER,TOOLS");
            settings.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,TOOLS:PLAINTEXT");
            cluster.start(Map.of(1, settings));
            for (int port : ports) {
                try (Admin admin = Admin.create(Map.of("bootstrap.controllers", "127.0.0.1:" + port))) {
                    LocalCluster.await(
                            "the controller at port " + port,
                            () -> admin.describeCluster().nodes().get().stream()
                                    .map(Node::port)
                                    .toList()
                                    .equals(List.of(port)));
                    assertThat(admin.describeCluster().controller().get().id()).isEqualTo(1);
                }
            }
        }
    }
}
