package barnabas.metrics;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a [Reading] in the text forms that Prometheus and others scrape: the exposition format 0.0.4 and OpenMetrics
/// 1.0.
public final class PrometheusText {
    /// Form of the text.
    public enum Form {
        PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
        OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

        private final String contentType;

        Form(String contentType) {
            this.contentType = contentType;
        }

        public String contentType() {
            return contentType;
        }
    }

    private static final String TOTAL = "_total";
    /// Of a small node.
    private static final int BYTES_MIN = 48 << 10;

    private final Form form;
    private byte[] bytes;
    private int size;

    private PrometheusText(Form form, int bytesExpected) {
        this.form = form;
        this.bytes = new byte[Math.max(BYTES_MIN, bytesExpected)];
    }

    /// @param bytesExpected about the size of the text, so that it need not grow; 0 when that is not known
    public static ByteBuffer write(Reading reading, Form form, int bytesExpected) {
        var text = new PrometheusText(form, bytesExpected);
        for (Family family : reading.families()) text.family(family);
        if (form == Form.OPEN_METRICS) text.ascii("# EOF\n");
        return ByteBuffer.wrap(text.bytes, 0, text.size);
    }

    private void family(Family family) {
        Metric metric = family.metric();
        String shown = metric.name();
        // OpenMetrics names the family of a counter without the ending of its sample
        if (form == Form.OPEN_METRICS && metric.kind() == Metric.Kind.COUNTER && shown.endsWith(TOTAL))
            shown = shown.substring(0, shown.length() - TOTAL.length());
        ascii("# HELP ").text(shown).ascii(" ").escaped(metric.sentence(), form == Form.OPEN_METRICS);
        ascii("\n# TYPE ").text(shown).ascii(" ").ascii(type(metric.kind())).ascii("\n");
        for (Sample sample : family.samples()) sample(metric, sample);
    }

    private static String type(Metric.Kind kind) {
        return switch (kind) {
            case COUNTER -> "counter";
            case GAUGE -> "gauge";
            case SUMMARY -> "summary";
        };
    }

    private void sample(Metric metric, Sample sample) {
        if (sample instanceof Sample.Single(List<String> labels, double value)) {
            line(metric, "", labels, null, value);
            return;
        }
        if (!(sample instanceof Sample.Spread(List<String> labels, Distribution spread))) return;
        double divisor = metric.unit().divisor();
        if (spread.hasQuantiles())
            for (String quantile : Distribution.SHOWN)
                line(metric, "", labels, quantile, spread.quantile(Double.parseDouble(quantile)) / divisor);
        line(metric, "_count", labels, null, (double) spread.count());
        line(metric, "_sum", labels, null, spread.sum() / divisor);
    }

    private void line(Metric metric, String ending, List<String> labels, @Nullable String quantile, double value) {
        text(metric.name()).ascii(ending);
        boolean any = false;
        for (int i = 0; i < labels.size(); i++) {
            if (labels.get(i).isEmpty()) continue;
            ascii(any ? "," : "{").text(metric.labels().get(i)).ascii("=\"");
            escaped(labels.get(i), true).ascii("\"");
            any = true;
        }
        if (quantile != null) {
            ascii(any ? ",quantile=\"" : "{quantile=\"").ascii(quantile).ascii("\"");
            any = true;
        }
        ascii(any ? "} " : " ").ascii(number(value)).ascii("\n");
    }

    private static String number(double value) {
        if (Double.isNaN(value)) return "NaN";
        if (Double.isInfinite(value)) return value > 0 ? "+Inf" : "-Inf";
        long whole = (long) value;
        return whole == value && Math.abs(whole) < 1L << 53 ? Long.toString(whole) : Double.toString(value);
    }

    private PrometheusText escaped(String text, boolean quotes) {
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            String with = c == '\\' ? "\\\\" : c == '\n' ? "\\n" : c == '"' && quotes ? "\\\"" : null;
            if (with == null) continue;
            text(text.substring(from, i)).ascii(with);
            from = i + 1;
        }
        return text(from == 0 ? text : text.substring(from));
    }

    /// Names and most labels are ASCII: these are not copied before.
    private PrometheusText text(String text) {
        for (int i = 0; i < text.length(); i++) if (text.charAt(i) >= 0x80) return encoded(text);
        return ascii(text);
    }

    private PrometheusText encoded(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        room(encoded.length);
        System.arraycopy(encoded, 0, bytes, size, encoded.length);
        size += encoded.length;
        return this;
    }

    private PrometheusText ascii(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) bytes[size++] = (byte) text.charAt(i);
        return this;
    }

    private void room(int more) {
        if (bytes.length - size >= more) return;
        bytes = Arrays.copyOf(bytes, (int)
                Math.min(Integer.MAX_VALUE - 8, Math.max(2L * bytes.length, (long) size + more)));
    }
}
