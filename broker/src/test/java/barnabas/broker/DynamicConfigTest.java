package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.TopicDeletionDisabledException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Configurations that operators set, with the official admin client.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DynamicConfigTest {
    private static final ConfigResource ALL_BROKERS = new ConfigResource(Type.BROKER, "");

    @TempDir
    Path data;

    private Barnabas broker;
    private Admin admin;

    private void start(Map<String, String> more) throws StartFailure {
        var settings = new HashMap<>(more);
        settings.put("listeners", "PLAINTEXT://127.0.0.1:0");
        settings.put("log.dirs", data.toString());
        broker = Barnabas.start(settings);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
    }

    private static void refused(Class<? extends Exception> why, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(why)
                .hasMessageContaining(message);
    }

    private void set(ConfigResource resource, String name, String value) throws Exception {
        alter(resource, new AlterConfigOp(new ConfigEntry(name, value), OpType.SET), false);
    }

    private void alter(ConfigResource resource, AlterConfigOp change, boolean validateOnly) throws Exception {
        admin.incrementalAlterConfigs(
                        Map.of(resource, List.of(change)), new AlterConfigsOptions().validateOnly(validateOnly))
                .all()
                .get();
    }

    private ConfigEntry described(ConfigResource resource, String name) throws Exception {
        return admin.describeConfigs(List.of(resource))
                .all()
                .get()
                .get(resource)
                .get(name);
    }

    private ConfigResource thisBroker() {
        return new ConfigResource(Type.BROKER, Integer.toString(broker.nodeId()));
    }

    @Test
    void topicsStayWhereDeletingThemIsForbidden() throws Exception {
        start(Map.of("delete.topic.enable", "false"));
        admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
        refused(
                TopicDeletionDisabledException.class,
                "",
                () -> admin.deleteTopics(List.of("orders")).all().get());
        assertThat(admin.listTopics().names().get()).contains("orders");
    }

    @Test
    void settingsReadAtStartOnlyAreNotChanged() throws Exception {
        start(Map.of());
        refused(
                InvalidRequestException.class,
                "Cannot update these configs dynamically: [auto.create.topics.enable]",
                () -> set(thisBroker(), "auto.create.topics.enable", "false"));
        refused(
                InvalidRequestException.class,
                "Cannot update these configs at default cluster level, broker id must be specified",
                () -> set(ALL_BROKERS, "listeners", "PLAINTEXT://127.0.0.1:1"));
    }

    private Map<ConfigResource, Config> described(boolean documentation, ConfigResource... resources) throws Exception {
        var options = new DescribeConfigsOptions().includeDocumentation(documentation);
        return admin.describeConfigs(List.of(resources), options).all().get();
    }

    @Test
    void eachConfigIsExplainedToThoseWhoAsk() throws Exception {
        start(Map.of());
        admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
        var topic = new ConfigResource(Type.TOPIC, "orders");
        var group = new ConfigResource(Type.GROUP, "billing");
        var metrics = new ConfigResource(Type.CLIENT_METRICS, "slow");
        set(ALL_BROKERS, "barnabas.durability", "page-cache");
        var asked = described(true, topic, group, metrics, thisBroker(), ALL_BROKERS);
        assertThat(asked)
                .hasSize(5)
                .allSatisfy((resource, config) -> assertThat(config.entries())
                        .as(resource.toString())
                        .isNotEmpty()
                        .allSatisfy(entry -> assertThat(entry.documentation()).isNotBlank()));
        assertThat(asked.get(topic).get("retention.ms").documentation())
                .startsWith("Milliseconds that records are kept");
        assertThat(asked.get(thisBroker()).get("barnabas.durability").documentation())
                .contains("'journal'");
        assertThat(asked.get(thisBroker()).get("ssl.allow.dn.changes").documentation())
                .endsWith("Accepted, without effect in Barnabas.");
        assertThat(described(false, topic, group, metrics, thisBroker(), ALL_BROKERS))
                .allSatisfy((_, config) -> assertThat(config.entries())
                        .allSatisfy(entry -> assertThat(entry.documentation()).isNull()));
    }

    /// There is nothing to say about a plug-in's own setting.
    @Test
    void unofficialNamesAreNotExplained() throws Exception {
        start(Map.of("sasl.custom.setting", "x"));
        var entry = described(true, thisBroker()).get(thisBroker()).get("sasl.custom.setting");
        assertThat(entry.documentation()).isNull();
    }

    @Test
    void unknownBrokerConfigsAreForPlugIns() throws Exception {
        start(Map.of());
        set(ALL_BROKERS, "my.plug.in", "1");
        set(ALL_BROKERS, "log.retention.ms", "1000");
        assertThat(described(thisBroker(), "log.retention.ms").value()).isEqualTo("1000");
    }

    @Test
    void subscriptionsToClientMetricsAreChecked() throws Exception {
        start(Map.of());
        var subscription = new ConfigResource(Type.CLIENT_METRICS, "latencies");
        refused(InvalidConfigurationException.class, "interval.ms", () -> set(subscription, "interval.ms", "soon"));
        refused(InvalidRequestException.class, "interval.ms", () -> set(subscription, "interval.ms", "10"));
        refused(InvalidConfigurationException.class, "shoe_size", () -> set(subscription, "match", "shoe_size=46"));
        set(subscription, "interval.ms", "60000");
        assertThat(described(subscription, "interval.ms").value()).isEqualTo("60000");
    }

    @Test
    void groupsKeepWithinTheBrokersLimits() throws Exception {
        start(Map.of("group.consumer.max.session.timeout.ms", "50000"));
        var group = new ConfigResource(Type.GROUP, "readers");
        refused(
                InvalidConfigurationException.class,
                "consumer.session.timeout.ms must be in the range 45000 to 50000 inclusive.",
                () -> set(group, "consumer.session.timeout.ms", "60000"));
    }

    @Test
    void validationChangesNothing() throws Exception {
        start(Map.of());
        admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
        var topic = new ConfigResource(Type.TOPIC, "orders");
        var change = new AlterConfigOp(new ConfigEntry("retention.ms", "1000"), OpType.SET);
        alter(topic, change, true);
        assertThat(described(topic, "retention.ms").value()).isEqualTo("604800000");
        alter(topic, change, false);
        assertThat(described(topic, "retention.ms").value()).isEqualTo("1000");
    }

    @Test
    void theSmallestIsrIsKnownToTheClusterFromItsFirstStart() throws Exception {
        start(Map.of("min.insync.replicas", "2"));
        ConfigEntry shown = described(ALL_BROKERS, "min.insync.replicas");
        assertThat(shown.value()).isEqualTo("2");
        assertThat(shown.source()).isEqualTo(ConfigEntry.ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
    }
}
