package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Defaults that an operator has set for all brokers, as a controller without the role of a broker answers them for a
/// new topic (KIP-525).
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ControllerDefaultsTest {
    @TempDir
    private Path folder;

    private static ConfigEntry retention(Admin admin, String topic) throws Exception {
        return admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
                .config(topic)
                .get()
                .get("retention.ms");
    }

    @Test
    void newTopicShowsTheDefaultOfAllBrokersAndWhereItIsFrom() throws Exception {
        ClusterNode.format(1, folder);
        ClusterNode.format(2, folder);
        try (var cluster = new LocalCluster(folder, ClusterNode.freePorts(1))) {
            cluster.start(Map.of(
                    1, ClusterNode.controller(cluster.settings(1)),
                    2, ClusterNode.broker(2, cluster.settings(1), folder)));
            try (Admin admin = cluster.admin(2)) {
                var all = new ConfigResource(ConfigResource.Type.BROKER, "");
                admin.incrementalAlterConfigs(Map.of(
                                all,
                                List.of(new AlterConfigOp(
                                        new ConfigEntry("log.retention.ms", "98765"), AlterConfigOp.OpType.SET))))
                        .all()
                        .get();
                ConfigEntry shown = retention(admin, "orders");
                assertThat(shown.value()).isEqualTo("98765");
                assertThat(shown.source()).isEqualTo(ConfigEntry.ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
            }
        }
    }
}
