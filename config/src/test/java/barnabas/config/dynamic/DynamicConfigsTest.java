package barnabas.config.dynamic;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.config.RecordedSessionsTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Cases that the recorded sessions do not reach.
class DynamicConfigsTest {
    private static final ConfigResource BROKER_1 = ConfigResource.broker(1);
    private static final ConfigResource TOPIC = ConfigResource.topic("t");

    private static ChangeResult changed(ConfigResource resource, Map<String, String> current, ConfigChange change) {
        return RecordedSessionsTest.changed(resource, current, List.of(change), BrokerConfig.defaults());
    }

    @Test
    void fixedValueStoredBeforeIsNoObstacle() {
        Map<String, String> stored = Map.of("background.threads", "9");
        assertThat(changed(BROKER_1, stored, ConfigChange.set("num.io.threads", "9")))
                .isEqualTo(new ChangeResult.Changed(Map.of("background.threads", "9", "num.io.threads", "9")));
        assertThat(changed(BROKER_1, stored, ConfigChange.set("background.threads", "8")))
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_REQUEST,
                        "Cannot update these configs dynamically: [background.threads]"));
        assertThat(changed(BROKER_1, stored, ConfigChange.delete("background.threads")))
                .isEqualTo(new ChangeResult.Changed(Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sasl.enabled.mechanisms",
                "sasl.jaas.config",
                "sasl.kerberos.principal.to.local.rules",
                "sasl.login.refresh.buffer.seconds",
                "sasl.mechanism.inter.broker.protocol",
                "ssl.engine.factory.class",
                "listener.name.plaintext.num.network.threads",
                "listener.name.plaintext.oauthbearer.sasl.oauthbearer.expected.audience",
                "listener.name.plaintext.principal.builder.class",
                "listener.name.plaintext.sasl.enabled.mechanisms",
                "listener.name.plaintext.sasl.oauthbearer.jwks.endpoint.url",
                "listener.name.plaintext.scram-sha-512.sasl.jaas.config",
                "listener.name.plaintext.gssapi.sasl.jaas.config",
                "listener.name.plaintext.ssl.principal.mapping.rules"
            })
    void whatIsReadAtStartOnlyIsNotStored(String name) {
        assertThat(changed(BROKER_1, Map.of(), ConfigChange.set(name, "8")))
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_REQUEST,
                        "Cannot update these configs dynamically: [" + name + "]"));
        assertThat(changed(BROKER_1, Map.of(name, "8"), ConfigChange.set("num.io.threads", "9")))
                .isInstanceOf(ChangeResult.Changed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"super.users", "allow.everyone.if.no.acl.found"})
    void whatTheAuthorizerReadsAtStartIsNotStored(String name) {
        var settings = Map.of("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        var broker = ((ParseResult.Valid) BrokerConfig.parse(settings)).config();
        assertThat(RecordedSessionsTest.changed(BROKER_1, Map.of(), List.of(ConfigChange.set(name, "true")), broker))
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_REQUEST,
                        "Cannot update these configs dynamically: [" + name + "]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listener.name.PLAINTEXT.max.connections",
                "listener.name.plaintext.authorizer.class.name",
                "listener.name.plaintext.super.users",
                "listener.name.plaintext.scram.connections.max.reauth.ms",
                "listener.name.plaintext.plain.sasl.enabled.mechanisms"
            })
    void securityThatNoListenerReadsIsNotStored(String name) {
        assertThat(changed(BROKER_1, Map.of(), ConfigChange.set(name, "8"))).isInstanceOf(ChangeResult.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listener.name.plaintext.connections.max.reauth.ms",
                "listener.name.plaintext.scram-sha-512.connections.max.reauth.ms",
                "listener.name.plaintext.max.connections",
                "listener.name.plaintext.plain.sasl.jaas.config",
                "listener.name.plaintext.ssl.cipher.suites",
                "ssl.cipher.suites"
            })
    void whatCountsAtOnceIsStored(String name) {
        assertThat(changed(BROKER_1, Map.of(), ConfigChange.set(name, "8"))).isInstanceOf(ChangeResult.Changed.class);
    }

    @Test
    void threadPoolsChangeByAtMostTwo() {
        assertThat(changed(BROKER_1, Map.of(), ConfigChange.set("num.io.threads", "17")))
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_REQUEST,
                        "Dynamic thread count update validation failed for num.io.threads=17, value should not be greater "
                                + "than double the current value 8"));
        assertThat(changed(BROKER_1, Map.of(), ConfigChange.set("num.io.threads", "3")))
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_REQUEST,
                        "Dynamic thread count update validation failed for num.io.threads=3, value should be at least half "
                                + "the current value 8"));
    }

    @Test
    void aRefusedChangeSaysWhichErrorItIs() {
        assertThat(changed(TOPIC, Map.of(), new ConfigChange("retention.ms", ConfigChange.Operation.SET, null)))
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_REQUEST, "Null value not supported for : retention.ms"));
        assertThat(changed(TOPIC, Map.of(), ConfigChange.set("nope", "1")))
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_CONFIG, "Unknown topic config name: nope"));
    }

    @Test
    void brokerIdsAreNumbers() {
        assertThat(new ConfigResource(ConfigResource.Type.BROKER, "one").problemWithAltering())
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_REQUEST, "Unable to parse broker name as a base 10 number."));
        assertThat(new ConfigResource(ConfigResource.Type.BROKER, "one").problemWithDescribing())
                .isEqualTo(new ChangeResult.Refused(
                        ChangeResult.Reason.INVALID_REQUEST, "Broker id must be an integer, but it is: one"));
        assertThat(ConfigResource.BROKER_DEFAULT.problemWithAltering()).isNull();
        assertThat(ConfigResource.group("").problemWithDescribing())
                .isEqualTo(
                        new ChangeResult.Refused(ChangeResult.Reason.INVALID_REQUEST, "Group name must not be empty"));
    }
}
