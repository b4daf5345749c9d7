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

    static Stream<Arguments> questions() {
        List<String> lines = Recorded.lines("recorded-settings.txt");
        var questions = new ArrayList<Arguments>();
        for (int i = 0; i < lines.size(); i += 2)
            questions.add(Arguments.of(lines.get(i), lines.get(i + 1).substring(2)));
        return questions.stream();
    }

    @ParameterizedTest
    @MethodSource("questions")
    void answersLikeKafka(String settings, String answer) {
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
