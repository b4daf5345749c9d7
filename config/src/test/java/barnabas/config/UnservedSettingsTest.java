package barnabas.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Settings that Kafka would obey and Barnabas cannot must not start.
class UnservedSettingsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ssl.engine.factory.class | com.example.Engines
                    sasl.server.callback.handler.class | com.example.Handler
                    listener.name.plaintext.plain.sasl.server.callback.handler.class | com.example.Handler
                    authorizer.class.name | com.example.Authorizer
                    principal.builder.class | com.example.Builder
                    listener.name.plaintext.principal.builder.class | com.example.Builder
                    create.topic.policy.class.name | com.example.Policy
                    alter.config.policy.class.name | com.example.Policy
                    client.quota.callback.class | com.example.Quotas
                    config.providers | file
                    remote.log.storage.system.enable | true
                    security.providers | com.example.Provider
                    num.network.threads | 1001
                    listener.name.plaintext.num.network.threads | 20000
                    num.io.threads | 20000
                    num.recovery.threads.per.data.dir | 20000
                    num.replica.alter.log.dirs.threads | 20000
                    process.roles | broker
                    process.roles | controller
                    controller.quorum.voters | 2@127.0.0.1:9093
                    controller.quorum.voters | 1@127.0.0.1:9093,2@127.0.0.1:9094,3@127.0.0.1:9095
                    controller.quorum.bootstrap.servers | other.example:9093
                    controller.quorum.bootstrap.servers | 127.0.0.1:9999
                    controller.quorum.bootstrap.servers | 127.0.0.1:9093,other.example:9093
                    """)
    void oneLineNamesTheKey(String name, String value) {
        assertThat(unserved(Map.of(name, value)))
                .singleElement()
                .asString()
                .contains(name)
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSL", "SASL_PLAINTEXT", "SASL_SSL"})
    void clientListenersHaveAllProtocols(String protocol) {
        var settings = Map.of(
                "listeners",
                "IN://127.0.0.1:9092,EXT://127.0.0.1:9094",
                "listener.security.protocol.map",
                "IN:PLAINTEXT,EXT:" + protocol + ",CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name",
                "IN");
        assertThat(unserved(settings)).isEmpty();
    }

    @Test
    void aControllerListenerIsServedNoLessPlainly() {
        assertThat(unserved(Map.of(
                        "listeners",
                        "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093",
                        "controller.listener.names",
                        "CONTROLLER",
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,CONTROLLER:SASL_SSL")))
                .singleElement()
                .asString()
                .contains("CONTROLLER://127.0.0.1:9093");
    }

    @Test
    void aBrokerAloneIsNotItsOwnController() {
        assertThat(unserved(Map.of(
                        "process.roles", "broker",
                        "controller.listener.names", "CONTROLLER",
                        "controller.quorum.bootstrap.servers", "other.example:9093")))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains("process.roles=broker is not served"))
                .anySatisfy(line -> assertThat(line).contains("other.example:9093"));
    }

    /// As in the `server.properties` that comes with Apache Kafka.
    @ParameterizedTest
    @ValueSource(strings = {"localhost:9093", "127.0.0.1:9093", "this.example:9093", "LOCALHOST:9093"})
    void oneNodeThatNamesItselfStarts(String bootstrap) {
        var settings = new HashMap<>(Map.of(
                "process.roles", "broker,controller",
                "listeners", "PLAINTEXT://:9092,CONTROLLER://:9093",
                "advertised.listeners", "PLAINTEXT://this.example:9092,CONTROLLER://this.example:9093",
                "controller.listener.names", "CONTROLLER",
                "controller.quorum.bootstrap.servers", bootstrap,
                "listener.security.protocol.map",
                        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT"));
        assertThat(unserved(settings)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    authorizer.class.name | ''
                    authorizer.class.name | org.apache.kafka.metadata.authorizer.StandardAuthorizer
                    remote.log.storage.system.enable | FALSE
                    security.inter.broker.protocol | PLAINTEXT
                    num.network.threads | 1000
                    controller.quorum.voters | 1@other.example:9093
                    ssl.keystore.location | /tmp/keys
                    super.users | User:admin
                    principal.builder.class | org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder
                    """)
    void harmlessValuesAreTaken(String name, String value) {
        assertThat(unserved(Map.of(name, value))).isEmpty();
    }

    private static final Map<String, String> CONTROLLER_1_OF_3 = Map.of(
            "node.id", "1",
            "process.roles", "broker,controller",
            "listeners", "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093",
            "controller.listener.names", "CONTROLLER",
            "controller.quorum.voters", "1@127.0.0.1:9093,2@127.0.0.1:9094,3@127.0.0.1:9095");

    @Test
    void staticVotersAreServedInACluster() {
        assertThat(inCluster(Map.of())).isEmpty();
        assertThat(inCluster(Map.of("process.roles", "controller", "listeners", "CONTROLLER://127.0.0.1:9093")))
                .isEmpty();
        assertThat(inCluster(Map.of(
                        "node.id", "4",
                        "process.roles", "broker",
                        "listeners", "PLAINTEXT://127.0.0.1:9092")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    controller.listener.names | ''
                    controller.listener.names | OTHER
                    controller.quorum.voters | 2@127.0.0.1:9094,3@127.0.0.1:9095
                    controller.quorum.voters | 1@127.0.0.1:9093,2@127.0.0.1:9094,2@127.0.0.1:9095
                    controller.quorum.auto.join.enable | true
                    authorizer.class.name | com.example.Authorizer
                    """)
    void aClusterRefusesWhatItCannotServe(String name, String value) {
        assertThat(inCluster(Map.of(name, value)))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).doesNotContain("\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSL", "SASL_PLAINTEXT", "SASL_SSL"})
    void nodesOfAClusterHaveAllProtocols(String protocol) {
        assertThat(inCluster(Map.of(
                        "listener.security.protocol.map",
                        "PLAINTEXT:" + protocol + ",CONTROLLER:" + protocol,
                        "sasl.mechanism.inter.broker.protocol",
                        "PLAIN",
                        "sasl.enabled.mechanisms",
                        "PLAIN")))
                .isEmpty();
    }

    @Test
    void aBrokerWithoutControllersToFindIsRefused() {
        var settings = Map.of(
                "node.id", "4",
                "process.roles", "broker",
                "listeners", "PLAINTEXT://127.0.0.1:9092",
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT");
        assertThat(inCluster(settings)).singleElement().asString().contains("no security protocol for CONTROLLER");
    }

    @Test
    void votersInTheLogAreServed() {
        var broker = Map.of(
                "node.id", "4",
                "process.roles", "broker",
                "listeners", "PLAINTEXT://127.0.0.1:9092",
                "controller.quorum.voters", "",
                "controller.quorum.bootstrap.servers", "other.example:9093");
        assertThat(inCluster(broker)).isEmpty();
        var controller = Map.of(
                "controller.quorum.voters", "",
                "controller.quorum.bootstrap.servers", "127.0.0.1:9093,other.example:9093",
                "controller.quorum.auto.join.enable", "true");
        assertThat(inCluster(controller)).isEmpty();
    }

    @Test
    void aQuorumWithVotersInItsLogNeedsAddresses() {
        var settings = new HashMap<>(Map.of(
                "process.roles", "controller",
                "listeners", "CONTROLLER://127.0.0.1:0",
                "controller.quorum.voters", "",
                "controller.quorum.bootstrap.servers", "other.example:9093"));
        assertThat(inCluster(settings)).singleElement().asString().contains("needs a fixed port");
        settings.put("listeners", "CONTROLLER://127.0.0.1:9093");
        settings.remove("controller.quorum.bootstrap.servers");
        assertThat(inCluster(settings))
                .singleElement()
                .asString()
                .startsWith("Neither controller.quorum.bootstrap.servers nor controller.quorum.voters");
    }

    @Test
    void aBrokerDoesNotJoinTheVoters() {
        assertThat(inCluster(Map.of(
                        "node.id", "4",
                        "process.roles", "broker",
                        "listeners", "PLAINTEXT://127.0.0.1:9092",
                        "controller.quorum.voters", "",
                        "controller.quorum.bootstrap.servers", "other.example:9093",
                        "controller.quorum.auto.join.enable", "true")))
                .singleElement()
                .asString()
                .contains("is for nodes with the role controller");
    }

    /// A node whose only bootstrap server is itself is a node alone, as in Kafka's own `server.properties`.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    127.0.0.1:9093                | false
                    localhost:9093                | false
                    127.0.0.1:9094                | true
                    other.example:9093            | true
                    localhost:9093,127.0.0.1:9094 | true
                    """)
    void otherBootstrapServersAskForACluster(String bootstrap, boolean isCluster) {
        var settings = new HashMap<>(CONTROLLER_1_OF_3);
        settings.put("controller.quorum.voters", "");
        settings.put("controller.quorum.bootstrap.servers", bootstrap);
        assertThat(BrokerConfig.parse(settings))
                .isInstanceOfSatisfying(
                        ParseResult.Valid.class,
                        valid -> assertThat(valid.config().asksForCluster(UnservedSettingsTest::isThisHost))
                                .isEqualTo(isCluster));
    }

    private static boolean isThisHost(String host) {
        return host.equalsIgnoreCase("localhost") || host.equals("127.0.0.1");
    }

    private static List<String> inCluster(Map<String, String> changes) {
        var all = new HashMap<>(CONTROLLER_1_OF_3);
        all.putAll(changes);
        return switch (BrokerConfig.parse(all)) {
            case ParseResult.Invalid(List<String> problems) -> problems;
            case ParseResult.Valid valid -> {
                assertThat(valid.config().asksForCluster(UnservedSettingsTest::isThisHost))
                        .isTrue();
                yield valid.config().unservedInCluster();
            }
        };
    }

    @Test
    void defaultsAreServed() {
        assertThat(unserved(Map.of())).isEmpty();
    }

    private static List<String> unserved(Map<String, String> settings) {
        var all = new HashMap<>(settings);
        all.putIfAbsent("node.id", "1");
        all.putIfAbsent("listeners", "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093");
        if (all.get("listeners").contains("CONTROLLER")) all.putIfAbsent("controller.listener.names", "CONTROLLER");
        if (all.getOrDefault("process.roles", "").equals("controller"))
            all.put("listeners", "CONTROLLER://127.0.0.1:9093");
        if (all.getOrDefault("process.roles", "").equals("broker")) {
            all.put("listeners", "PLAINTEXT://127.0.0.1:9092");
            all.put("controller.listener.names", "CONTROLLER");
        }
        return switch (BrokerConfig.parse(all)) {
            case ParseResult.Invalid(List<String> problems) -> problems;
            case ParseResult.Valid valid -> valid.config().unserved(UnservedSettingsTest::isThisHost);
        };
    }
}
