package barnabas.metrics;

import barnabas.base.Check;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Values of all metrics at one moment. Owner: the thread that reads.
public final class Reading {
    private final Map<String, Family> byName = new LinkedHashMap<>();
    private final Map<String, Long> leftOut = new LinkedHashMap<>();
    private final long nanos;
    private final SeriesLimits limits;

    /// @param nanos the moment, on the scale of [barnabas.base.Clock#nanos]
    public Reading(long nanos, SeriesLimits limits) {
        this.nanos = nanos;
        this.limits = limits;
    }

    /// The most samples that sources may add for what clients name.
    public SeriesLimits limits() {
        return limits;
    }

    /// Notes things that have no samples of their own because of the limits.
    ///
    /// @param series their kind
    public void leaveOut(String series, long count) {
        leftOut.merge(series, count, Long::sum);
    }

    /// Adds the counts of [#leaveOut]; at the end.
    void addLeftOut() {
        for (Map.Entry<String, Long> each : leftOut.entrySet())
            add("barnabas_metrics_left_out", (long) each.getValue(), each.getKey());
    }

    /// The moment of this reading.
    public long nanos() {
        return nanos;
    }

    /// Adds a counter's or a gauge's value.
    ///
    /// @param metric a name in [MetricTable]
    /// @param labels values in the order of its labels; an empty one leaves the label out
    public void add(String metric, double value, String... labels) {
        add(MetricTable.of(metric), value, labels);
    }

    /// Adds a count; above 2^53 it is rounded.
    public void add(String metric, long value, String... labels) {
        add(MetricTable.of(metric), (double) value, labels);
    }

    public void add(String metric, Distribution distribution, String... labels) {
        Metric described = MetricTable.of(metric);
        Check.that(described.kind() == Metric.Kind.SUMMARY, "a value of another kind");
        add(described, new Sample.Spread(List.of(labels), distribution));
    }

    /// Adds a value of a metric that is not in the table: a client's own.
    public void add(Metric metric, double value, String... labels) {
        Check.that(metric.kind() != Metric.Kind.SUMMARY, "a value of another kind");
        add(metric, new Sample.Single(List.of(labels), value));
    }

    private void add(Metric metric, Sample sample) {
        Check.that(sample.labels().size() == metric.labels().size(), "a label without value, or the other way round");
        Family family = byName.get(metric.name());
        if (family == null) {
            family = new Family(metric, new ArrayList<>());
            byName.put(metric.name(), family);
        }
        Check.that(family.metric().equals(metric), "two metrics of one name");
        family.samples().add(sample);
    }

    /// In the order in which their first sample was added.
    public Collection<Family> families() {
        return byName.values();
    }

    /// A counter's or gauge's value; 0 for one that was never counted.
    public double number(String name, String... labels) {
        return find(name, labels) instanceof Sample.Single(List<String> _, double number) ? number : 0;
    }

    /// A summary's values; none for one that was never counted.
    public Distribution distribution(String name, String... labels) {
        return find(name, labels) instanceof Sample.Spread(List<String> _, Distribution spread)
                ? spread
                : Distribution.NONE;
    }

    private Sample find(String name, String... labels) {
        Family family = byName.get(name);
        if (family != null)
            for (Sample each : family.samples()) if (each.labels().equals(List.of(labels))) return each;
        return new Sample.Single(List.of(), 0);
    }

    /// Names of all metrics that were read.
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }
}
