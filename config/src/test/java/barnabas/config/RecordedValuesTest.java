package barnabas.config;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.KeyTable;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each value is accepted or refused in the words of a real Kafka.
class RecordedValuesTest {
    private static final Map<String, KeyTable> TABLES =
            Map.of("broker", KeyTable.broker(), "topic", KeyTable.topic(), "group", KeyTable.group());

    static Stream<String> lines() {
        return Recorded.lines("recorded-values.txt").stream();
    }

    @ParameterizedTest
    @MethodSource("lines")
    void answersLikeKafka(String line) {
        int arrow = line.indexOf(" => ");
        String[] question = line.substring(0, arrow).split("\\|", 3);
        ConfigKey key = TABLES.get(question[0]).key(question[1]);
        String problem = key.problemWith(question[2].replace('~', ' '));
        assertThat(problem == null ? "ok" : problem).isEqualTo(line.substring(arrow + 4));
    }
}
