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
    ///
    /// @param nanos on the scale of [barnabas.base.Clock#nanos]: quantiles are of the minutes before
    public Reading read(long nanos, SeriesLimits limits) {
        var reading = new Reading(nanos, limits);
        for (MetricSource source : sources) source.read(reading);
        reading.addLeftOut();
        return reading;
    }
}
