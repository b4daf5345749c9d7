package barnabas.config.dynamic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ClientPatternTest {
    private static ClientPattern valid(String expression) {
        assertThat(ClientPattern.read(expression)).isInstanceOf(ClientPattern.Reading.Valid.class);
        return ((ClientPattern.Reading.Valid) ClientPattern.read(expression)).pattern();
    }

    @Test
    void matchesTheWholeText() {
        assertThat(valid("orders-[a-z]{2,20}-\\d{1,6}").matches("orders-eu-17")).isTrue();
        assertThat(valid("orders").matches("orders-eu")).isFalse();
        assertThat(valid(".*").matches("")).isTrue();
        assertThat(valid("[{]x{1000}").matches("{" + "x".repeat(1_000))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{1000}){1000}){1000}",
                "(((((((((a{10}){10}){10}){10}){10}){10}){10}){10}){10}){10}",
                "(\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL){1000}",
                "(a{1,1000}b{,5}){2}{1000}",
                "[{](a{1000}){1000}",
                "(",
                "a{1001}",
                "(?=a)"
            })
    void refusesWhatWouldTakeTooMuch(String expression) {
        assertThat(ClientPattern.read(expression)).isInstanceOf(ClientPattern.Reading.Invalid.class);
    }

    @Test
    void refusesLongOnesAndDeepOnes() {
        for (String each : List.of(
                "a".repeat(ClientPattern.LENGTH_MAX + 1),
                "(" + "a?".repeat(500) + "){1000}",
                "(".repeat(100_000) + ")".repeat(100_000))) {
            assertThat(ClientPattern.read(each)).isInstanceOf(ClientPattern.Reading.Invalid.class);
        }
        assertThat(ClientPattern.read("(".repeat(512) + ")".repeat(512))).isNotNull();
    }

    /// Every text is decided, and an accepted one matches the longest name in a moment.
    @Test
    void anyExpressionIsCheap() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        String[] parts = {
            "a", "(", ")", "|", "*", "+", "?", "{10}", "{2,100}", "{1000}", "[^a]", "\\pL", ".", "(?i:k)", "x*"
        };
        String name = "a".repeat(248) + "!";
        for (int round = 0; round < 3_000; round++) {
            var expression = new StringBuilder();
            int length = random.nextInt(60);
            for (int i = 0; i < length; i++) expression.append(parts[random.nextInt(parts.length)]);
            long start = System.nanoTime();
            if (ClientPattern.read(expression.toString())
                    instanceof ClientPattern.Reading.Valid(ClientPattern pattern)) {
                boolean _ = pattern.matches(name);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("seed %d: %s", seed, expression)
                    .isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void subscriptionsToClientMetricsAreBounded() {
        assertThat(ClientMetricsConfigs.problem(Map.of("match", "client_id=((a{1000}){1000}){1000}")))
                .isNotNull();
        // Would backtrack without end in java.util.regex.
        var subscription = ClientMetricsConfigs.subscription(Map.of("match", "client_id=((a|a)+)+b"));
        assertThat(subscription.selectors().get("client_id"))
                .satisfies(
                        pattern -> assertThat(pattern.matches("a".repeat(200))).isFalse());
    }
}
