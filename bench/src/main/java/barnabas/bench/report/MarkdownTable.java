package barnabas.bench.report;

import barnabas.bench.report.Results.FigureResult;
import barnabas.bench.report.Results.ScenarioResult;
import barnabas.bench.system.BarnabasSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The rows of a scenario as a Markdown table: medians with their spread, ratios, targets.
final class MarkdownTable {
    static final String STOCK = "kafka-stock";
    static final String TUNED = "kafka-tuned";
    static final String OURS = "barnabas";

    private MarkdownTable() {}

    /// The rows of two checkouts, when the run had two.
    static String ofCheckouts(ScenarioResult scenario) {
        StringBuilder table = new StringBuilder();
        table.append("| figure | before | this checkout | this/before |\n|---|---|---|---|\n");
        for (FigureResult figure : scenario.figures()) {
            double before = figure.median(BarnabasSystem.BEFORE);
            double now = figure.median(OURS);
            table.append("| %s%s | %s | %s | %s |\n"
                    .formatted(
                            figure.name(),
                            figure.unit().isEmpty() ? "" : ", " + figure.unit(),
                            spread(figure, BarnabasSystem.BEFORE),
                            spread(figure, OURS),
                            Double.isFinite(now / before) ? "%.2f".formatted(now / before) : ""));
        }
        return table.toString();
    }

    static boolean hasTwoCheckouts(ScenarioResult scenario) {
        return scenario.figures().stream().anyMatch(figure -> figure.rounds().containsKey(BarnabasSystem.BEFORE));
    }

    static String of(ScenarioResult scenario, Map<String, String> reasons) {
        StringBuilder table = new StringBuilder();
        table.append("| figure | Kafka stock | Kafka tuned | Barnabas | stock/B | tuned/B | target | met |\n");
        table.append("|---|---|---|---|---|---|---|---|\n");
        for (FigureResult figure : scenario.figures()) {
            table.append(row(scenario, figure, reasons)).append('\n');
        }
        return table.toString();
    }

    /// One figure's row, from its name on.
    static String row(ScenarioResult scenario, FigureResult figure, Map<String, String> reasons) {
        String unit = figure.unit().isEmpty() ? "" : ", " + figure.unit();
        String reason = reasons.getOrDefault(scenario.name() + "/" + figure.name(), "");
        String met = met(figure);
        return "| %s%s | %s | %s | %s | %s | %s | %s | %s |"
                .formatted(
                        figure.name(),
                        unit,
                        spread(figure, STOCK),
                        spread(figure, TUNED),
                        spread(figure, OURS),
                        ratio(figure, STOCK),
                        ratio(figure, TUNED),
                        target(figure),
                        reason.isEmpty() || !met.contains("no") ? met : met + ": " + reason);
    }

    private static String spread(FigureResult figure, String system) {
        double median = figure.median(system);
        if (Double.isNaN(median)) {
            return "";
        }
        return figure.rounds().getOrDefault(system, List.of()).size() == 1
                ? Numbers.of(median)
                : "%s (%s to %s)"
                        .formatted(
                                Numbers.of(median),
                                Numbers.of(figure.least(system)),
                                Numbers.of(figure.greatest(system)));
    }

    private static String ratio(FigureResult figure, String peer) {
        double ratio = figure.ratio(peer, OURS);
        return Double.isFinite(ratio) ? "%.2fx".formatted(ratio) : "";
    }

    static String target(FigureResult figure) {
        List<String> parts = new ArrayList<>();
        if (figure.targetAgainstStock() != null) {
            parts.add("%sx stock"
                    .formatted(Numbers.of(figure.targetAgainstStock()).replaceAll("\\.00$", "")));
        }
        if (figure.targetAgainstTuned() != null) {
            parts.add("%sx tuned"
                    .formatted(Numbers.of(figure.targetAgainstTuned()).replaceAll("\\.00$", "")));
        }
        if (figure.limit() != null) {
            parts.add("at most " + Numbers.with(figure.limit(), figure.unit()).replaceAll("\\.0$", ""));
        }
        return String.join(", ", parts);
    }

    /// `yes` or `no`, or nothing where there is no target or nothing to judge by.
    static String met(FigureResult figure) {
        boolean judged = false;
        boolean met = true;
        if (figure.targetAgainstStock() != null && Double.isFinite(figure.ratio(STOCK, OURS))) {
            judged = true;
            met &= figure.ratio(STOCK, OURS) >= figure.targetAgainstStock();
        }
        if (figure.targetAgainstTuned() != null && Double.isFinite(figure.ratio(TUNED, OURS))) {
            judged = true;
            met &= figure.ratio(TUNED, OURS) >= figure.targetAgainstTuned();
        }
        if (figure.limit() != null && !Double.isNaN(figure.median(OURS))) {
            judged = true;
            met &= figure.median(OURS) <= figure.limit();
        }
        return !judged ? "" : met ? "yes" : "**no**";
    }
}
