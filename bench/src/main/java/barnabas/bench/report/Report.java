package barnabas.bench.report;

import barnabas.bench.report.Results.FigureResult;
import barnabas.bench.report.Results.ScenarioResult;
import barnabas.bench.system.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Output of results: always into `bench/target`, and when published into `bench/RESULTS.md`, `bench/results.json`
/// and `bench/charts`.
public final class Report {
    private final Workspace workspace;

    public Report(Workspace workspace) {
        this.workspace = workspace;
    }

    private Path bench() {
        return workspace.root().resolve("bench");
    }

    private Path unpublished() {
        return workspace.target().resolve("results.json");
    }

    private Path published() {
        return bench().resolve("results.json");
    }

    /// Everything measured in this checkout, published or not.
    public Results latest() throws IOException {
        return Results.read(unpublished());
    }

    public void record(ScenarioResult result, boolean publish) throws IOException {
        latest().with(result).write(unpublished());
        if (publish) {
            Results results = Results.read(published()).with(result);
            results.write(published());
            Files.writeString(bench().resolve("RESULTS.md"), new ResultsPage(results, reasons()).markdown());
            drawCharts(results);
        }
    }

    /// Fails unless every figure was measured for every system: what a smoke run is for.
    public void check(ScenarioResult result, List<String> systems) {
        for (FigureResult figure : result.figures()) {
            for (String system : systems) {
                List<Double> values = figure.rounds().getOrDefault(system, List.of());
                if (values.isEmpty() || values.stream().anyMatch(value -> !Double.isFinite(value))) {
                    throw new IllegalStateException("%s: no sound value of \"%s\" for %s: %s"
                            .formatted(result.name(), figure.name(), system, values));
                }
            }
        }
    }

    public String where(boolean publish) {
        return "results in " + (publish ? bench().resolve("RESULTS.md") : unpublished());
    }

    public String shortTable(Results results, List<String> scenarios) throws IOException {
        StringBuilder text = new StringBuilder();
        Map<String, String> reasons = reasons();
        for (String name : scenarios) {
            ScenarioResult scenario = results.scenarios().get(name);
            if (scenario != null) {
                text.append("\n### ").append(scenario.title()).append("\n\n");
                text.append(
                        MarkdownTable.hasTwoCheckouts(scenario)
                                ? MarkdownTable.ofCheckouts(scenario)
                                : MarkdownTable.of(scenario, reasons));
            }
        }
        return text.toString();
    }

    private void drawCharts(Results results) throws IOException {
        Path charts = Files.createDirectories(bench().resolve("charts"));
        Files.writeString(charts.resolve("ratios.svg"), Charts.ratios(results));
        for (ScenarioResult scenario : results.scenarios().values()) {
            for (Map.Entry<String, Map<String, List<double[]>>> curve :
                    scenario.latencies().entrySet()) {
                String title = scenario.title() + ": " + curve.getKey();
                Files.writeString(
                        charts.resolve(ResultsPage.chartName(scenario, curve.getKey())),
                        Charts.latency(title, curve.getValue()));
            }
        }
    }

    /// Reasons why rows miss their targets, by `scenario/figure`; kept by hand in `bench/reasons.txt`, a line for
    /// each: `ack-latency/p50 = the reason`.
    private Map<String, String> reasons() throws IOException {
        Map<String, String> reasons = new TreeMap<>();
        Path file = bench().resolve("reasons.txt");
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf(" = ");
                if (equals > 0 && !line.startsWith("#")) {
                    reasons.put(
                            line.substring(0, equals).strip(),
                            line.substring(equals + 3).strip());
                }
            }
        }
        return reasons;
    }
}
