package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.FileDisk;
import barnabas.metadata.controller.Features;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.BootstrapSnapshot;
import barnabas.metadata.log.Voter;
import barnabas.protocol.Uuid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    /// Controllers of a quorum whose voters stand in its log (KIP-853): a voter, and two that follow it.
    private Map<Integer, Map<String, String>> controllersWithVotersInTheLog(List<Integer> ports) throws Exception {
        var controllers = new TreeMap<Integer, Map<String, String>>();
        for (int id = 1; id <= 3; id++) {
            ClusterNode.format(id, folder);
            var settings = new HashMap<>(ClusterNode.controller(ClusterNode.settings(id, ports, folder)));
            settings.remove("controller.quorum.voters");
            settings.put("controller.quorum.bootstrap.servers", "127.0.0.1:" + ports.getFirst());
            controllers.put(id, settings);
        }
        Path first = folder.resolve("n1");
        String directory = Files.readString(first.resolve("meta.properties"))
                .split("directory.id=")[1]
                .strip();
        var endpoint = new Voter.Endpoint("CONTROLLER", "127.0.0.1", ports.getFirst());
        var levels = new TreeMap<>(Features.LATEST);
        levels.remove(FeaturesImage.KRAFT_VERSION);
        BootstrapSnapshot.write(
                first,
                new FileDisk(),
                System.currentTimeMillis(),
                MetadataVersion.LATEST,
                Features.levelRecords(levels),
                List.of(new Voter(1, Uuid.parse(directory), List.of(endpoint))));
        return controllers;
    }

    @Test
    void everyControllerOfADynamicQuorumTakesSettingsAndDescribesThem() throws Exception {
        List<Integer> ports = ClusterNode.freePorts(3);
        try (var cluster = new LocalCluster(folder, ports)) {
            cluster.start(controllersWithVotersInTheLog(ports));
            String all = String.join(
                    ",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
            try (Admin admin = Admin.create(Map.of("bootstrap.controllers", all))) {
                for (int id = 1; id <= 3; id++) {
                    var own = new ConfigResource(ConfigResource.Type.BROKER, "" + id);
                    String value = "" + (1000 + id);
                    admin.incrementalAlterConfigs(Map.of(
                                    own,
                                    List.of(new AlterConfigOp(
                                            new ConfigEntry("max.connections", value), AlterConfigOp.OpType.SET))))
                            .all()
                            .get();
                    LocalCluster.await(own + " is described", () -> {
                        ConfigEntry shown =
                                described(admin, own.type(), own.name()).get("max.connections");
                        return shown.value().equals(value)
                                && shown.source() == ConfigEntry.ConfigSource.DYNAMIC_BROKER_CONFIG;
                    });
                }
            }
        }
    }
}
