package barnabas.bench.report;

import barnabas.bench.report.Results.FigureResult;
import barnabas.bench.report.Results.ScenarioResult;
import barnabas.bench.system.Workspace;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/// Where results go: always into `bench/target`, and when published into `bench/RESULTS.md`, `bench/results.json` and
/// `bench/charts`.
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
            Files.writeString(bench().resolve("RESULTS.md"), markdown(results));
        }
    }

    /// Fails unless every figure was measured for every system: what a smoke run is for.
    public void check(ScenarioResult result, List<String> systems) {
        for (FigureResult figure : result.figures()) {
            for (String system : systems) {
                List<Double> values = figure.rounds().getOrDefault(system, List.of());
                if (values.isEmpty() || values.stream().anyMatch(value -> !Double.isFinite(value) || value < 0)) {
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
                text.append(MarkdownTable.of(scenario, reasons));
            }
        }
        return text.toString();
    }

    private String markdown(Results results) throws IOException {
        return shortTable(results, List.copyOf(results.scenarios().keySet()));
    }

    /// Why a row misses its target, by `scenario/figure`; kept by hand in `bench/reasons.properties`.
    private Map<String, String> reasons() throws IOException {
        Map<String, String> reasons = new TreeMap<>();
        Path file = bench().resolve("reasons.properties");
        if (Files.exists(file)) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
            properties.stringPropertyNames().forEach(key -> reasons.put(key, properties.getProperty(key)));
        }
        return new LinkedHashMap<>(reasons);
    }
}
