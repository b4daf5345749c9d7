package barnabas.broker.http;

import barnabas.metrics.PrometheusText.Form;
import java.util.Locale;

/// The form of metrics that a scraper prefers, by its Accept header (RFC 9110, 12.5.1). A scraper that accepts neither
/// gets Prometheus text, as other exporters do.
final class AcceptedForm {
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private AcceptedForm() {}

    static Form of(String accept) {
        double open = 0;
        double plain = 0;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            double quality = 1;
            boolean served = true;
            for (int i = 1; i < parts.length; i++) {
                String parameter = parts[i].strip();
                if (parameter.startsWith("q=")) quality = quality(parameter.substring(2));
                // later versions of OpenMetrics have another content
                if (parameter.startsWith("version=")) served = isServed(parameter.substring("version=".length()));
            }
            String type = parts[0].strip();
            if (type.equals(OPEN_METRICS) && served) open = Math.max(open, quality);
            if (type.equals("text/plain") || type.equals("text/*") || type.equals("*/*"))
                plain = Math.max(plain, quality);
        }
        return open > 0 && open >= plain ? Form.OPEN_METRICS : Form.PROMETHEUS;
    }

    private static boolean isServed(String version) {
        return version.equals("1.0.0") || version.equals("0.0.1");
    }

    private static double quality(String text) {
        try {
            return Math.clamp(Double.parseDouble(text), 0.0, 1.0);
        } catch (NumberFormatException malformed) {
            return 0;
        }
    }
}
