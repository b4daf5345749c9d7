package barnabas.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import barnabas.bench.report.Results.FigureResult;
import barnabas.bench.report.Results.ScenarioResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    private static FigureResult cost(@Nullable Double againstTuned, @Nullable Double limit) {
        return new FigureResult(
                "CPU per GB",
                "s",
                false,
                null,
                againstTuned,
                limit,
                Map.of("kafka-tuned", List.of(9.0, 8.0, 100.0), "barnabas", List.of(2.0, 3.0, 1.0)));
    }

    private static ScenarioResult scenario(String name, String commit, FigureResult figure) {
        return new ScenarioResult(
                name,
                "Title of " + name,
                "2026-11-21T10:00Z",
                commit,
                Map.of("cpu", "one"),
                3,
                Map.of("load", "some"),
                Map.of("barnabas", Map.of("jvm", "-Xmx64m"), "kafka-tuned", Map.of("num.io.threads", "2")),
                List.of(figure),
                Map.of("acknowledgement", Map.of("barnabas", List.of(new double[] {50, 40}, new double[] {99, 90}))));
    }

    @Test
    void ratioIsOfMediansAndSaysHowManyTimesBetterOursIs() {
        assertThat(cost(4.0, null).ratio("kafka-tuned", "barnabas")).isCloseTo(4.5, within(1e-9));
        FigureResult rate = new FigureResult(
                "throughput",
                "MB/s",
                true,
                null,
                2.0,
                null,
                Map.of("kafka-tuned", List.of(100.0), "barnabas", List.of(300.0)));
        assertThat(rate.ratio("kafka-tuned", "barnabas")).isCloseTo(3, within(1e-9));
    }

    @Test
    void twoCheckoutsStandSideBySide() {
        FigureResult figure = new FigureResult(
                "CPU per GB",
                "s",
                false,
                null,
                null,
                null,
                Map.of("barnabas-before", List.of(4.0), "barnabas", List.of(3.0)));
        ScenarioResult two = scenario("produce-1k", "abc", figure);
        assertThat(MarkdownTable.hasTwoCheckouts(two)).isTrue();
        assertThat(MarkdownTable.hasTwoCheckouts(scenario("produce-1k", "abc", cost(4.0, null))))
                .isFalse();
        assertThat(MarkdownTable.ofCheckouts(two))
                .contains("| CPU per GB, s | %s | %s | 0.75 |".formatted(Numbers.of(4.0), Numbers.of(3.0)));
    }

    @Test
    void aTargetIsMetOnlyIfRatioAndLimitHold() {
        assertThat(MarkdownTable.met(cost(4.0, null))).isEqualTo("yes");
        assertThat(MarkdownTable.met(cost(5.0, null))).isEqualTo("**no**");
        assertThat(MarkdownTable.met(cost(4.0, 1.5))).isEqualTo("**no**");
        assertThat(MarkdownTable.met(cost(null, null))).isEmpty();
    }

    @Test
    void aMissedTargetShowsItsReasonAndAMetOneDoesNot() {
        Map<String, String> reasons = Map.of("a/CPU per GB", "the kernel's copy is the same for both");
        FigureResult missed = cost(5.0, null);
        FigureResult met = cost(4.0, null);
        assertThat(MarkdownTable.row(scenario("a", "c1", missed), missed, reasons))
                .contains("the kernel's copy");
        assertThat(MarkdownTable.row(scenario("a", "c1", met), met, reasons)).doesNotContain("the kernel's copy");
    }

    @Test
    void aRerunReplacesItsScenarioOnlyAndSurvivesTheFile(@TempDir Path folder) throws IOException {
        Results first = new Results(new LinkedHashMap<>())
                .with(scenario("a", "c1", cost(4.0, null)))
                .with(scenario("b", "c1", cost(4.0, null)));
        Path file = folder.resolve("results.json");
        first.write(file);
        Results second = Results.read(file).with(scenario("a", "c2", cost(4.0, null)));
        second.write(file);
        Results read = Results.read(file);
        assertThat(read.scenarios().keySet()).containsExactly("a", "b");
        assertThat(read.scenarios().values()).extracting(ScenarioResult::commit).containsExactly("c2", "c1");
        assertThat(new ResultsPage(read, Map.of()).markdown())
                .contains("## Title of a", "commit c2", "commit c1", "`num.io.threads=2`", "4.50x");
    }

    @Test
    void chartsAreDrawnFromWhatIsThere() {
        Results results = new Results(new LinkedHashMap<>()).with(scenario("a", "c1", cost(4.0, null)));
        assertThat(Charts.ratios(results)).contains("a: CPU per GB", "4.5x").endsWith("</svg>\n");
        assertThat(Charts.latency(
                        "t",
                        scenario("a", "c1", cost(4.0, null))
                                .latencies()
                                .values()
                                .iterator()
                                .next()))
                .contains("polyline", "barnabas");
    }
}
