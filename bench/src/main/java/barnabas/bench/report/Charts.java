package barnabas.bench.report;

import barnabas.bench.report.Results.FigureResult;
import barnabas.bench.report.Results.ScenarioResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The drawings beside the table: ratios of all figures with a target, and latency curves.
final class Charts {
    private static final Map<String, String> COLOURS =
            Map.of(MarkdownTable.STOCK, "#9a9a9a", MarkdownTable.TUNED, "#3b6fb6", MarkdownTable.OURS, "#d9722b");

    private Charts() {}

    private record Row(String label, FigureResult figure) {}

    /// Factors by which Barnabas is better, on a logarithmic scale; a black mark is the target.
    static String ratios(Results results) {
        List<Row> rows = new ArrayList<>();
        for (ScenarioResult scenario : results.scenarios().values()) {
            for (FigureResult figure : scenario.figures()) {
                boolean aimed = figure.targetAgainstStock() != null || figure.targetAgainstTuned() != null;
                boolean measured = Double.isFinite(figure.ratio(MarkdownTable.STOCK, MarkdownTable.OURS))
                        || Double.isFinite(figure.ratio(MarkdownTable.TUNED, MarkdownTable.OURS));
                if (aimed && measured) {
                    rows.add(new Row(scenario.name() + ": " + figure.name(), figure));
                }
            }
        }
        double left = 330;
        double width = 900;
        double top = 60;
        double rowHeight = 34;
        double height = top + rows.size() * rowHeight + 30;
        double greatest = 40;
        Svg svg = new Svg(width, height);
        svg.label(
                20,
                24,
                "start",
                "How many times better than Apache Kafka 4.3.1 (medians, log scale)",
                "font-size=\"15\"");
        svg.label(left, 46, "start", "grey: stock, blue: tuned, black mark: target", "fill=\"#555\"");
        for (double tick : new double[] {0.5, 1, 2, 4, 8, 16, 32}) {
            double x = scale(tick, left, width - 60, greatest);
            svg.line(x, top, x, height - 24, tick == 1 ? "#333" : "#ddd", "");
            svg.label(x, height - 8, "middle", Numbers.of(tick).replaceAll("\\.?0+$", "") + "x", "fill=\"#555\"");
        }
        double y = top + 4;
        for (Row row : rows) {
            svg.label(left - 10, y + 17, "end", row.label(), "");
            bar(svg, row, MarkdownTable.STOCK, row.figure().targetAgainstStock(), left, y, width - 60, greatest);
            bar(svg, row, MarkdownTable.TUNED, row.figure().targetAgainstTuned(), left, y + 13, width - 60, greatest);
            y += rowHeight;
        }
        return svg.end();
    }

    private static void bar(
            Svg svg,
            Row row,
            String peer,
            @org.jspecify.annotations.Nullable Double target,
            double left,
            double y,
            double right,
            double greatest) {
        double ratio = row.figure().ratio(peer, MarkdownTable.OURS);
        if (!Double.isFinite(ratio) || ratio <= 0) {
            return;
        }
        double one = scale(1, left, right, greatest);
        double x = scale(ratio, left, right, greatest);
        svg.rect(Math.min(one, x), y, Math.abs(x - one), 11, COLOURS.getOrDefault(peer, "#000"), peer);
        svg.label(Math.max(one, x) + 4, y + 10, "start", "%.1fx".formatted(ratio), "font-size=\"11\"");
        if (target != null) {
            double mark = scale(target, left, right, greatest);
            svg.line(mark, y - 1, mark, y + 12, "#000", "stroke-width=\"2\"");
        }
    }

    private static double scale(double ratio, double left, double right, double greatest) {
        double least = 0.4;
        double clamped = Math.clamp(ratio, least, greatest);
        return left + (right - left) * Math.log(clamped / least) / Math.log(greatest / least);
    }

    /// Latency by percentile, both axes logarithmic: the tail is where the systems differ.
    static String latency(String title, Map<String, List<double[]>> curves) {
        double width = 720;
        double height = 400;
        double left = 80;
        double bottom = height - 50;
        double top = 60;
        double right = width - 30;
        double most = curves.values().stream()
                .flatMap(List::stream)
                .mapToDouble(point -> point[1])
                .max()
                .orElse(1000);
        double ceiling = Math.pow(10, Math.ceil(Math.log10(Math.max(most, 100))));
        double floor = 10;
        Svg svg = new Svg(width, height);
        svg.label(20, 24, "start", title, "font-size=\"15\"");
        for (double micros = floor; micros <= ceiling; micros *= 10) {
            double y = bottom - (bottom - top) * Math.log(micros / floor) / Math.log(ceiling / floor);
            svg.line(left, y, right, y, "#ddd", "");
            svg.label(
                    left - 8,
                    y + 4,
                    "end",
                    micros >= 1000 ? "%.0f ms".formatted(micros / 1000) : "%.0f µs".formatted(micros),
                    "fill=\"#555\"");
        }
        for (double percentile : new double[] {0, 50, 90, 99, 99.9, 99.99}) {
            double x = percentileX(percentile, left, right);
            svg.line(x, top, x, bottom, "#eee", "");
            svg.label(x, bottom + 18, "middle", percentile + "%", "fill=\"#555\"");
        }
        double legend = left;
        for (Map.Entry<String, List<double[]>> curve : curves.entrySet()) {
            String colour = COLOURS.getOrDefault(curve.getKey(), "#000");
            StringBuilder points = new StringBuilder();
            for (double[] point : curve.getValue()) {
                double y = bottom
                        - (bottom - top) * Math.log(Math.max(point[1], floor) / floor) / Math.log(ceiling / floor);
                points.append("%.1f,%.1f ".formatted(percentileX(point[0], left, right), y));
            }
            svg.polyline(points.toString().strip(), colour);
            svg.rect(legend, 38, 12, 12, colour, curve.getKey());
            svg.label(legend + 18, 48, "start", curve.getKey(), "");
            legend += 130;
        }
        return svg.end();
    }

    private static double percentileX(double percentile, double left, double right) {
        double nines = -Math.log10(Math.max(1e-4, 1 - percentile / 100));
        return left + (right - left) * nines / 4;
    }
}
