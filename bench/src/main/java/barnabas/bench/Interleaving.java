package barnabas.bench;

import barnabas.bench.load.LoadResult;
import barnabas.bench.measure.Disturbance;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.report.Machine;
import barnabas.bench.report.Numbers;
import barnabas.bench.report.Results.FigureResult;
import barnabas.bench.report.Results.ScenarioResult;
import barnabas.bench.scenario.Bed;
import barnabas.bench.scenario.Scenario;
import barnabas.bench.scenario.Session;
import barnabas.bench.system.BrokerSystem;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.jspecify.annotations.Nullable;

/// Runs one scenario for all systems: every system is started and warmed up, then the rounds go A B C, A B C, while
/// the systems that are not being measured are frozen.
final class Interleaving {
    /// The last row of every scenario.
    private static final Figure OTHERS = Figure.cost("CPU of everything else on the machine", "% of one");

    private static final double DISTURBED_PERCENT = 10;

    private final Bed bed;
    private final Progress progress;
    private final int rounds;

    Interleaving(Bed bed, int rounds, Progress progress) {
        this.bed = bed;
        this.rounds = rounds;
        this.progress = progress;
    }

    ScenarioResult run(Scenario scenario, List<BrokerSystem> systems) throws IOException, InterruptedException {
        progress.line(scenario.name() + ": " + scenario.title());
        Map<String, Session> sessions = new LinkedHashMap<>();
        Map<String, List<Measurement>> measured = new LinkedHashMap<>();
        Map<String, Map<String, String>> settings = new LinkedHashMap<>();
        try {
            for (BrokerSystem system : systems) {
                progress.status(scenario.name() + ": " + system.name() + " starts and warms up");
                Session session = scenario.open(system, bed);
                sessions.put(system.name(), session);
                measured.put(system.name(), new ArrayList<>());
                session.warmUp();
                Map<String, String> own = new LinkedHashMap<>(system.settings(scenario.nodes()));
                own.put("jvm", session.jvmOptions());
                settings.put(system.name(), own);
                session.pause();
            }
            for (int round = 1; round <= rounds; round++) {
                for (Map.Entry<String, Session> entry : sessions.entrySet()) {
                    String where = "%s: round %d/%d  %-12s".formatted(scenario.name(), round, rounds, entry.getKey());
                    progress.status(where);
                    Session session = entry.getValue();
                    session.resume();
                    Disturbance disturbance = new Disturbance();
                    Measurement measurement = session.measure(round);
                    measurement.put(OTHERS, disturbance.percent());
                    session.pause();
                    list(measured, entry.getKey()).add(measurement);
                    progress.line(where + summary(scenario, measurement) + disturbed(measurement));
                }
            }
            for (Map.Entry<String, Session> entry : sessions.entrySet()) {
                progress.status(scenario.name() + ": counting for " + entry.getKey());
                entry.getValue().resume();
                Measurement measurement = entry.getValue().diagnose();
                entry.getValue().pause();
                list(measured, entry.getKey()).add(measurement);
                progress.line("%s: counts      %-12s".formatted(scenario.name(), entry.getKey())
                        + summary(scenario, measurement));
            }
        } finally {
            for (Session session : sessions.values()) {
                session.close();
            }
        }
        return new ScenarioResult(
                scenario.name(),
                scenario.title(),
                LocalDateTime.now(java.time.ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES) + "Z",
                Machine.commit(bed.workspace().root()),
                Machine.describe(),
                rounds,
                scenario.settings(),
                settings,
                figures(scenario, measured),
                curves(measured));
    }

    private static List<Measurement> list(Map<String, List<Measurement>> measured, String system) {
        return measured.computeIfAbsent(system, name -> new ArrayList<>());
    }

    private static List<FigureResult> figures(Scenario scenario, Map<String, List<Measurement>> measured) {
        List<FigureResult> results = new ArrayList<>();
        List<Figure> all = new ArrayList<>(scenario.figures());
        all.add(OTHERS);
        for (Figure figure : all) {
            Map<String, List<Double>> values = new LinkedHashMap<>();
            measured.forEach((system, measurements) -> values.put(
                    system,
                    measurements.stream()
                            .filter(measurement -> measurement.values().containsKey(figure.name()))
                            .map(measurement -> measurement.values().get(figure.name()))
                            .toList()));
            if (values.values().stream().anyMatch(list -> !list.isEmpty())) {
                results.add(new FigureResult(
                        figure.name(),
                        figure.unit(),
                        figure.higherIsBetter(),
                        boxed(figure.targetAgainstStock()),
                        boxed(figure.targetAgainstTuned()),
                        boxed(figure.limit()),
                        values));
            }
        }
        return results;
    }

    private static @Nullable Double boxed(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    /// All rounds of a system in one histogram, as pairs of percentile and microseconds.
    private static Map<String, Map<String, List<double[]>>> curves(Map<String, List<Measurement>> measured) {
        Map<String, Map<String, Histogram>> sums = new LinkedHashMap<>();
        measured.forEach((system, measurements) -> measurements.forEach(measurement -> measurement
                .latencies()
                .forEach((curve, histogram) -> sums.computeIfAbsent(curve, name -> new LinkedHashMap<>())
                        .computeIfAbsent(system, name -> LoadResult.newHistogram())
                        .add(histogram))));
        Map<String, Map<String, List<double[]>>> curves = new LinkedHashMap<>();
        sums.forEach((curve, bySystem) -> {
            Map<String, List<double[]>> points = new LinkedHashMap<>();
            bySystem.forEach((system, histogram) -> points.put(system, points(histogram)));
            curves.put(curve, points);
        });
        return curves;
    }

    private static List<double[]> points(Histogram histogram) {
        List<double[]> points = new ArrayList<>();
        for (HistogramIterationValue value : histogram.percentiles(4)) {
            double percentile = value.getPercentileLevelIteratedTo();
            if (percentile < 100) {
                points.add(new double[] {
                    Math.round(percentile * 1e5) / 1e5, Math.round(value.getValueIteratedTo() / 10.0) / 100.0
                });
            }
        }
        return points;
    }

    private static String disturbed(Measurement measurement) {
        double percent = measurement.value(OTHERS);
        return percent < DISTURBED_PERCENT ? "" : "  (disturbed: others used %.0f%% of a CPU)".formatted(percent);
    }

    private static String summary(Scenario scenario, Measurement measurement) {
        StringBuilder text = new StringBuilder();
        int shown = 0;
        for (Figure figure : scenario.figures()) {
            Double value = measurement.values().get(figure.name());
            if (value != null && shown++ < 5) {
                text.append("  %s %s".formatted(figure.name(), Numbers.with(value, figure.unit())));
            }
        }
        return text.toString();
    }
}
