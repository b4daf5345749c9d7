package barnabas.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// All that one node counts. For any thread.
public final class MetricRegistry {
    private final List<MetricSource> sources = new CopyOnWriteArrayList<>();

    public void add(MetricSource source) {
        sources.add(source);
    }

    /// The present values of all sources.
    public Reading read() {
        var reading = new Reading();
        for (MetricSource source : sources) source.read(reading);
        return reading;
    }
}
