package barnabas.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All results, as `bench/results.json` holds them: the newest run of each scenario.
///
/// @param scenarios by scenario name
public record Results(Map<String, ScenarioResult> scenarios) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /// One scenario's newest run.
    ///
    /// @param commit the checkout's commit, with `+` if files were changed
    /// @param machine what it ran on
    /// @param rounds how many timed rounds for each system
    /// @param settings what holds for every system
    /// @param systems each system's own settings, by its name
    /// @param latencies curve name, then system, then the curve: pairs of percentile and microseconds
    public record ScenarioResult(
            String name,
            String title,
            String date,
            String commit,
            Map<String, String> machine,
            int rounds,
            Map<String, String> settings,
            Map<String, Map<String, String>> systems,
            List<FigureResult> figures,
            Map<String, Map<String, List<double[]>>> latencies) {}

    /// Result of one figure.
    ///
    /// @param targetAgainstStock the ratio to reach, or null
    /// @param targetAgainstTuned the ratio to reach, or null
    /// @param limit what Barnabas may not exceed, or null
    /// @param rounds the values round by round, by system
    public record FigureResult(
            String name,
            String unit,
            boolean higherIsBetter,
            @Nullable Double targetAgainstStock,
            @Nullable Double targetAgainstTuned,
            @Nullable Double limit,
            Map<String, List<Double>> rounds) {

        /// The median over the rounds of a system; NaN without any.
        public double median(String system) {
            List<Double> values = sorted(system);
            int size = values.size();
            if (size == 0) {
                return Double.NaN;
            }
            return size % 2 == 1 ? values.get(size / 2) : (values.get(size / 2 - 1) + values.get(size / 2)) / 2;
        }

        public double least(String system) {
            List<Double> values = sorted(system);
            return values.isEmpty() ? Double.NaN : values.getFirst();
        }

        public double greatest(String system) {
            List<Double> values = sorted(system);
            return values.isEmpty() ? Double.NaN : values.getLast();
        }

        /// Factor by which `system` is better than `peer`, by medians; NaN if either was not measured.
        public double ratio(String peer, String system) {
            double theirs = median(peer);
            double ours = median(system);
            return higherIsBetter ? ours / theirs : theirs / ours;
        }

        private List<Double> sorted(String system) {
            List<Double> values = new ArrayList<>(rounds.getOrDefault(system, List.of()));
            values.sort(null);
            return values;
        }
    }

    public static Results read(Path file) throws IOException {
        return Files.exists(file) ? JSON.readValue(file.toFile(), Results.class) : new Results(new LinkedHashMap<>());
    }

    public void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, JSON.writeValueAsString(this) + "\n");
        Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /// These results with one scenario replaced. A system that the new run left out loses its old values: values of
    /// different runs are never shown side by side.
    public Results with(ScenarioResult result) {
        Map<String, ScenarioResult> merged = new LinkedHashMap<>(scenarios);
        merged.put(result.name(), result);
        return new Results(merged);
    }
}
