package barnabas.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Slips in the names of listeners, by which one would be served without the login or the encryption that was
/// meant.
class ListenerNamesTest {
    private static final Map<String, String> CLIENTS = Map.of(
            "listeners", "CLIENTS://127.0.0.1:9092",
            "listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name", "CLIENTS");

    private static Map<String, String> with(String name, String value) {
        var all = new HashMap<>(CLIENTS);
        all.put(name, value);
        return all;
    }

    private static List<String> notes(Map<String, String> settings) {
        return switch (BrokerConfig.parse(settings)) {
            case ParseResult.Valid(BrokerConfig _, List<String> notes) -> notes;
            case ParseResult.Invalid(List<String> problems) -> throw new AssertionError(problems);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssl.client.auth", "sasl.enabled.mechanisms", "max.connections"})
    void aPrefixOfNoListenerIsNamed(String setting) {
        String value = Map.of("ssl.client.auth", "required", "sasl.enabled.mechanisms", "PLAIN")
                .getOrDefault(setting, "5");
        assertThat(notes(with("listener.name.client." + setting, value)))
                .containsExactly("Without effect, as there is no listener CLIENT: listener.name.client." + setting);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clients", "controller"})
    void prefixesOfListenersAreTaken(String listener) {
        assertThat(notes(with("listener.name." + listener + ".max.connections", "5")))
                .isEmpty();
    }
}
