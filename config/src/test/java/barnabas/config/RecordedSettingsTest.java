package barnabas.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Settings that are valid one by one but not together are refused in the words of a real Kafka.
class RecordedSettingsTest {
    private static final Map<String, String> BASE = Map.of(
            "node.id", "1",
            "process.roles", "broker,controller",
            "controller.listener.names", "CONTROLLER",
            "listeners", "PLAINTEXT://:9092,CONTROLLER://:9093",
            "controller.quorum.voters", "1@localhost:9093");

    /// Deliberate differences of Barnabas: settings that Kafka lets through to fail later, errors that do not say
    /// what is wrong, or demands that exist only because Kafka has no single-node mode without a controller
    /// listener.
    private static final Map<String, String> OTHERWISE = Map.ofEntries(
            Map.entry(
                    "listeners=PLAINTEXT://:70000,CONTROLLER://:9093",
                    "Error creating broker listeners from '[PLAINTEXT://:70000, CONTROLLER://:9093]': Unable to parse "
                            + "PLAINTEXT://:70000 to a broker endpoint"),
            Map.entry(
                    "advertised.listeners=SSL://b:9092",
                    "advertised.listeners listener names must be equal to or a subset of the ones defined in listeners. "
                            + "Found SSL. The valid options based on the current configuration are PLAINTEXT,CONTROLLER"),
            Map.entry(
                    "listener.security.protocol.map=PLAINTEXT",
                    "Error parsing configuration property 'listener.security.protocol.map': PLAINTEXT is not of the form "
                            + "NAME:PROTOCOL"),
            Map.entry(
                    "controller.listener.names=<none>",
                    "Error creating broker listeners from '[PLAINTEXT://:9092, CONTROLLER://:9093]': No security "
                            + "protocol defined for listener CONTROLLER"),
            Map.entry(
                    "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PLAINTEXT:SSL,CONTROLLER:PLAINTEXT",
                    "listener.security.protocol.map has two security protocols for listener PLAINTEXT: PLAINTEXT and SSL"),
            Map.entry("controller.quorum.voters=<none>", "ok"),
            Map.entry("log.dir=a log.dirs=b,b", "Configuration 'log.dirs' values must not be duplicated."),
            Map.entry(
                    "max.connections.per.ip.overrides=a:b",
                    "Error parsing configuration property 'max.connections.per.ip.overrides': a:b is not of the form "
                            + "host:count"),
            Map.entry(
                    "max.connections.per.ip.overrides=127.0.0.1",
                    "Error parsing configuration property 'max.connections.per.ip.overrides': 127.0.0.1 is not of the "
                            + "form host:count"),
            Map.entry(
                    "max.connections.per.ip.overrides=127.0.0.1:-5",
                    "Error parsing configuration property 'max.connections.per.ip.overrides': 127.0.0.1:-5 is not of the "
                            + "form host:count"),
            Map.entry("failed.authentication.delay=10", "Unknown configuration failed.authentication.delay"),
            Map.entry(
                    "group.min.session.timeout.ms=10 group.max.session.timeout.ms=5",
                    "group.max.session.timeout.ms must be greater than or equal to group.min.session.timeout.ms"),
            Map.entry(
                    "log.flush.interval.ms=-1",
                    "Invalid value -1 for configuration log.flush.interval.ms: Value must be at least 0"),
            Map.entry(
                    "log.flush.scheduler.interval.ms=-1",
                    "Invalid value -1 for configuration log.flush.scheduler.interval.ms: Value must be at least 0"),
            Map.entry("early.start.listeners=controller", "ok"));

    static Stream<Arguments> questions() {
        List<String> lines = Recorded.lines("recorded-settings.txt");
        var questions = new ArrayList<Arguments>();
        for (int i = 0; i < lines.size(); i += 2)
            questions.add(Arguments.of(lines.get(i), lines.get(i + 1).substring(2)));
        return questions.stream();
    }

    @ParameterizedTest
    @MethodSource("questions")
    void answersLikeKafka(String settings, String kafka) {
        String answer = OTHERWISE.getOrDefault(settings, kafka);
        var properties = new HashMap<>(BASE);
        for (String setting : settings.trim().split(" ", -1)) {
            int equals = setting.indexOf('=');
            String name = setting.substring(0, equals);
            String value = setting.substring(equals + 1).replace('~', ' ');
            if (value.equals("<none>")) properties.remove(name);
            else properties.put(name, value);
        }
        switch (BrokerConfig.parse(properties)) {
            case ParseResult.Valid _ -> assertThat("ok").isEqualTo(answer);
            case ParseResult.Invalid(var problems) -> assertThat(problems).contains(answer);
        }
    }
}
