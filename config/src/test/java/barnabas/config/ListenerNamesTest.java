package barnabas.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Slips in the names of listeners, by which one would be served without the login or the encryption that was
/// meant.
class ListenerNamesTest {
    private static final Map<String, String> CLIENTS = Map.of(
            "listeners", "CLIENTS://127.0.0.1:9092",
            "listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name", "CLIENTS");

    private static HashMap<String, String> with(String name, String value) {
        var all = new HashMap<>(CLIENTS);
        all.put(name, value);
        return all;
    }

    private static List<String> problems(Map<String, String> settings) {
        return BrokerConfig.parse(settings) instanceof ParseResult.Invalid(List<String> problems)
                ? problems
                : List.of();
    }

    private static List<String> notes(Map<String, String> settings) {
        return switch (BrokerConfig.parse(settings)) {
            case ParseResult.Valid(BrokerConfig _, List<String> notes) -> notes;
            case ParseResult.Invalid(List<String> problems) -> throw new AssertionError(problems);
        };
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            external, ssl.client.auth, required
            external, sasl.enabled.mechanisms, PLAIN
            client, max.connections, 5
            """)
    void aPrefixOfNoListenerIsNamed(String listener, String setting, String value) {
        String name = "listener.name." + listener + "." + setting;
        assertThat(notes(with(name, value)))
                .containsExactly(
                        "Without effect, as there is no listener " + listener.toUpperCase(Locale.ROOT) + ": " + name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            listener.name.CLIENTS.ssl.client.auth | required | lower case
            listener.name.Clients.sasl.enabled.mechanisms | SCRAM-SHA-512 | lower case
            listener.name.clients.SCRAM-SHA-512.sasl.jaas.config | x | lower case
            listener.name.client.ssl.client.auth | required | the nearest is CLIENTS
            listener.name.cleints.ssl.client.auth | required | the nearest is CLIENTS
            listener.name.clients2.scram-sha-512.connections.max.reauth.ms | 1000 | the nearest is CLIENTS
            listener.name.clients.scram-sha512.connections.max.reauth.ms | 1000 | none of the mechanisms
            listener.name.clients.oauthberer.sasl.oauthbearer.expected.audience | a | none of the mechanisms
            listener.name.clients.plain.ssl.client.auth | required | no setting of the mechanism
            listener.name.clients.plain.sasl.oauthbearer.expected.issuer | i | no setting of the mechanism
            listener.name.clients.plain.sasl.enabled.mechanisms | PLAIN | no setting of the mechanism
            listener.name.clients.authorizer.class.name | org.apache.kafka.metadata.authorizer.StandardAuthorizer | whole node
            listener.name.clients.super.users | User:a | whole node
            listener.name.clients.allow.everyone.if.no.acl.found | false | whole node
            listener.name.clients.security.inter.broker.protocol | SSL | whole node
            listener.name.clients.sasl.mechanism.inter.broker.protocol | PLAIN | whole node
            listener.name.clients.delegation.token.secret.key | k | whole node
            listener.name.clients.max.connections.per.ip | 5 | whole node
            """)
    void securityThatNoListenerWouldReadStopsTheStart(String name, String value, String reason) {
        assertThat(problems(with(name, value)))
                .singleElement()
                .asString()
                .startsWith(name + " would have no effect: ")
                .contains(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listener.name.clients.scram-sha-256.connections.max.reauth.ms",
                "listener.name.clients.connections.max.reauth.ms",
                "listener.name.clients.sasl.server.max.receive.size",
                "listener.name.clients.oauthbearer.sasl.oauthbearer.clock.skew.seconds",
                "listener.name.clients.oauthbearer.sasl.login.retry.backoff.ms",
                "listener.name.clients.sasl.oauthbearer.clock.skew.seconds",
                "listener.name.clients.plain.sasl.jaas.config"
            })
    void settingsThatKafkaReadsAreTaken(String name) {
        assertThat(problems(with(name, "5"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CLIENTS:SASL_SSL,CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT | CLIENTS
            CLIENTS:PLAINTEXT,CONTROLLER:SSL,controller:PLAINTEXT | CONTROLLER
            """)
    void twoProtocolsOfOneListenerStopTheStart(String map, String listener) {
        assertThat(problems(with("listener.security.protocol.map", map)))
                .singleElement()
                .asString()
                .startsWith(
                        "listener.security.protocol.map has two security protocols for listener " + listener + ": ");
        assertThat(problems(with("listener.security.protocol.map", "CLIENTS:PLAINTEXT,clients:plaintext")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"listener.clients.ssl.client.auth", "listeners.name.clients.ssl.client.auth", "authorizer.class"
            })
    void unknownNamesAreRefusedBesideTheAuthorizerToo(String name) {
        var settings = with(name, "required");
        assertThat(problems(settings)).hasSize(1);
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        assertThat(problems(settings)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clients", "controller"})
    void prefixesOfListenersAreTaken(String listener) {
        assertThat(notes(with("listener.name." + listener + ".max.connections", "5")))
                .isEmpty();
    }
}
