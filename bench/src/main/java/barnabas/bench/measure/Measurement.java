package barnabas.bench.measure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;

/// The figures of one round of one system, by figure name, and its latency histograms (nanoseconds) by curve name.
///
/// Mutable while a round fills it; one thread owns it.
public final class Measurement {
    private final Map<String, Double> values = new LinkedHashMap<>();
    private final Map<String, Histogram> latencies = new LinkedHashMap<>();

    public Measurement put(Figure figure, double value) {
        values.put(figure.name(), value);
        return this;
    }

    public Measurement latency(String curve, Histogram nanos) {
        latencies.put(curve, nanos);
        return this;
    }

    /// A figure that was put before.
    public double value(Figure figure) {
        return Objects.requireNonNull(values.get(figure.name()), figure.name());
    }

    public Map<String, Double> values() {
        return values;
    }

    public Map<String, Histogram> latencies() {
        return latencies;
    }
}
