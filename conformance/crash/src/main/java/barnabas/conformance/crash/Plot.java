package barnabas.conformance.crash;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// Draws a run's vitals over time, one strip for each, as SVG.
final class Plot {
    private static final int WIDTH = 900;
    private static final int STRIP = 130;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 26;

    private record Strip(String title, ToDoubleFunction<Vitals> value) {}

    private static final List<Strip> STRIPS = List.of(
            new Strip("resident memory, MB", Vitals::residentMegabytes),
            new Strip("open files", Vitals::files),
            new Strip("threads", Vitals::threads),
            new Strip("data directory, MB", Vitals::diskMegabytes));

    private Plot() {}

    static String svg(List<Vitals> run) {
        int height = STRIPS.size() * STRIP + 30;
        var text = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" \
                font-family="system-ui, sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                """.formatted(WIDTH, height));
        for (int i = 0; i < STRIPS.size(); i++) strip(text, run, STRIPS.get(i), i * STRIP);
        double minutes = run.getLast().seconds() / 60;
        text.append("<text x=\"%d\" y=\"%d\">0</text>%n".formatted(LEFT, height - 10));
        text.append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f minutes</text>%n"
                .formatted(WIDTH - RIGHT, height - 10, minutes));
        return text + "</svg>\n";
    }

    private static void strip(StringBuilder text, List<Vitals> run, Strip strip, int top) {
        double greatest = Math.max(1, run.stream().mapToDouble(strip.value).max().orElse(1));
        double end = Math.max(1, run.getLast().seconds());
        int floor = top + STRIP - 8;
        int ceiling = top + TOP;
        text.append("<text x=\"%d\" y=\"%d\" font-weight=\"600\">%s</text>%n".formatted(LEFT, top + 18, strip.title));
        for (double part : new double[] {0, 1}) {
            double y = floor - part * (floor - ceiling);
            text.append("<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>%n"
                    .formatted(LEFT, y, WIDTH - RIGHT, y));
            text.append("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#666\">%.0f</text>%n"
                    .formatted(LEFT - 8, y + 4, part * greatest));
        }
        text.append("<polyline fill=\"none\" stroke=\"#1f6feb\" stroke-width=\"1.5\" points=\"");
        int every = Math.max(1, run.size() / (WIDTH - LEFT - RIGHT));
        for (int i = 0; i < run.size(); i += every) {
            Vitals at = run.get(i);
            double x = LEFT + at.seconds() / end * (WIDTH - LEFT - RIGHT);
            double y = floor - strip.value.applyAsDouble(at) / greatest * (floor - ceiling);
            text.append("%.1f,%.1f ".formatted(x, y));
        }
        text.append("\"/>\n");
    }
}
