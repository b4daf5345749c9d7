package barnabas.bench.report;

/// Text of an SVG drawing, top to bottom. Owned by the method that draws.
public final class Svg {
    private final StringBuilder text = new StringBuilder();

    public Svg(double width, double height) {
        text.append("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" \
                font-family="system-ui, sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                """.formatted(width, height, width, height));
    }

    public Svg rect(double x, double y, double width, double height, String fill, String hint) {
        text.append("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"><title>%s</title></rect>\n"
                .formatted(x, y, width, height, fill, escape(hint)));
        return this;
    }

    public Svg line(double x1, double y1, double x2, double y2, String stroke, String extra) {
        text.append("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" %s/>\n"
                .formatted(x1, y1, x2, y2, stroke, extra));
        return this;
    }

    public Svg polyline(String points, String stroke) {
        text.append(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n".formatted(points, stroke));
        return this;
    }

    /// Words that begin, are centred or end at `x`, as `anchor` says: `start`, `middle` or `end`.
    public Svg label(double x, double y, String anchor, String words, String extra) {
        text.append("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>\n"
                .formatted(x, y, anchor, extra, escape(words)));
        return this;
    }

    public String end() {
        return text + "</svg>\n";
    }

    static String escape(String words) {
        return words.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
