package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Requests of tools to a controller itself (`--bootstrap-controller`, KIP-919).
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class AskedControllersTest {
    @TempDir
    private Path folder;

    private static Config described(Admin admin, ConfigResource.Type type, String name) throws Exception {
        var resource = new ConfigResource(type, name);
        return admin.describeConfigs(List.of(resource)).all().get().get(resource);
    }

    @Test
    void controllerDescribesItsSettingsAndThoseOfTheCluster() throws Exception {
        int port = ClusterNode.freePorts(1).getFirst();
        ClusterNode.format(1, folder);
        try (var cluster = new LocalCluster(folder, List.of(port))) {
            cluster.start(Map.of(1, ClusterNode.controller(cluster.settings(1))));
            try (Admin admin = Admin.create(Map.of("bootstrap.controllers", "127.0.0.1:" + port))) {
                LocalCluster.await(
                        "a controller",
                        () -> admin.describeCluster().controller().get().id() == 1);
                admin.incrementalAlterConfigs(Map.of(
                                new ConfigResource(ConfigResource.Type.BROKER, ""),
                                List.of(new AlterConfigOp(
                                        new ConfigEntry("log.retention.ms", "98765"), AlterConfigOp.OpType.SET))))
                        .all()
                        .get();
                ConfigEntry all =
                        described(admin, ConfigResource.Type.BROKER, "").get("log.retention.ms");
                assertThat(all.value()).isEqualTo("98765");
                assertThat(all.source()).isEqualTo(ConfigEntry.ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
                Config own = described(admin, ConfigResource.Type.BROKER, "1");
                assertThat(own.get("log.retention.ms").value()).isEqualTo("98765");
                assertThat(own.get("process.roles").value()).isEqualTo("controller");
                assertThat(described(admin, ConfigResource.Type.BROKER_LOGGER, "1"))
                        .isNotNull();
                assertThatThrownBy(() -> admin.describeAcls(AclBindingFilter.ANY)
                                .values()
                                .get())
                        .hasCauseInstanceOf(SecurityDisabledException.class);
            }
        }
    }
}
