package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.broker.Barnabas;
import barnabas.client.Address;
import barnabas.client.Connection;
import barnabas.client.ConnectionOptions;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.MetadataResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicDeletionDisabledException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /// The controller decides, and a broker whose own file says no does not ask it.
    @ParameterizedTest
    @CsvSource({"true, true", "false, true", "true, false"})
    void topicsAreDeletedWhereControllerAndBrokerAllowIt(boolean ofController, boolean ofBroker) throws Exception {
        ClusterNode.format(1, folder);
        ClusterNode.format(2, folder);
        try (var cluster = new LocalCluster(folder, ClusterNode.freePorts(1))) {
            Map<String, String> controller = new HashMap<>(ClusterNode.controller(cluster.settings(1)));
            controller.put("delete.topic.enable", String.valueOf(ofController));
            Map<String, String> broker = new HashMap<>(ClusterNode.broker(2, cluster.settings(1), folder));
            broker.put("delete.topic.enable", String.valueOf(ofBroker));
            cluster.start(Map.of(1, controller, 2, broker));
            boolean enabled = ofController && ofBroker;
            try (Admin admin = cluster.admin(2)) {
                admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1)))
                        .all()
                        .get();
                var deleted = admin.deleteTopics(List.of("orders")).all();
                if (enabled) deleted.get();
                else assertThatThrownBy(deleted::get).hasCauseInstanceOf(TopicDeletionDisabledException.class);
                assertThat(admin.listTopics().names().get().contains("orders")).isEqualTo(!enabled);
            }
        }
    }

    @Test
    void topicOfItsFirstUseHasTheCountsOfTheBrokerWhereItSetsThem() throws Exception {
        for (int id = 1; id <= 3; id++) ClusterNode.format(id, folder);
        try (var cluster = new LocalCluster(folder, ClusterNode.freePorts(1))) {
            Map<String, String> controller = new HashMap<>(ClusterNode.controller(cluster.settings(1)));
            controller.put("num.partitions", "3");
            controller.put("default.replication.factor", "2");
            Map<String, String> setting = new HashMap<>(ClusterNode.broker(2, cluster.settings(1), folder));
            setting.put("num.partitions", "5");
            cluster.start(Map.of(1, controller, 2, setting, 3, ClusterNode.broker(3, cluster.settings(1), folder)));
            assertThat(firstUse(cluster, 2, "of-the-broker"))
                    .hasSize(5)
                    .allMatch(each -> each.replicas().size() == 2);
            assertThat(firstUse(cluster, 3, "of-the-controller"))
                    .hasSize(3)
                    .allMatch(each -> each.replicas().size() == 2);
        }
    }

    /// Asks the node itself to create the topic: clients may ask any.
    private static List<TopicPartitionInfo> firstUse(LocalCluster cluster, int id, String topic) throws Exception {
        Barnabas node = cluster.nodes().get(id);
        if (node == null) throw new AssertionError("node " + id + " does not run");
        var request = MetadataRequest.builder()
                .topics(List.of(new MetadataRequest.MetadataRequestTopic(Uuid.ZERO, topic)))
                .allowAutoTopicCreation(true)
                .build();
        try (var connection = Connection.open(Address.parse(node.bootstrapServers()), ConnectionOptions.of("test"));
                Admin admin = cluster.admin(id)) {
            connection.call(request, MetadataResponse.class);
            LocalCluster.await(
                    "topic " + topic, () -> admin.listTopics().names().get().contains(topic));
            return LocalCluster.partitions(admin, topic);
        }
    }
}
