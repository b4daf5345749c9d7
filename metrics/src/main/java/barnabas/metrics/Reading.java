package barnabas.metrics;

import barnabas.base.Check;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Values of all metrics at one moment. Owner: the thread that reads.
public final class Reading {
    /// Value of one metric for one list of label values.
    public sealed interface Value {
        record Single(double value) implements Value {}

        record Spread(Distribution distribution) implements Value {}
    }

    private final Map<Metric, Map<List<String>, Value>> values = new LinkedHashMap<>();
    private final Map<String, Metric> byName = new HashMap<>();

    /// Adds a counter's or a gauge's value.
    public void add(Metric metric, double value, String... labels) {
        add(metric, new Value.Single(value), List.of(labels));
    }

    /// Adds a count; above 2^53 it is rounded.
    public void add(Metric metric, long value, String... labels) {
        add(metric, (double) value, labels);
    }

    public void add(Metric metric, Distribution distribution, String... labels) {
        add(metric, new Value.Spread(distribution), List.of(labels));
    }

    private void add(Metric metric, Value value, List<String> labels) {
        boolean isSpread = value instanceof Value.Spread;
        Check.that(isSpread == (metric.kind() == Metric.Kind.HISTOGRAM), "a value of another kind");
        Check.that(labels.size() == metric.labels().size(), "a label without value, or the other way round");
        Metric first = byName.putIfAbsent(metric.name(), metric);
        Check.that(first == null || first.equals(metric), "two metrics of one name");
        Value before =
                values.computeIfAbsent(metric, _ -> new LinkedHashMap<>()).put(labels, value);
        Check.that(before == null, "two values for one list of labels");
    }

    /// By metric and label values, in the order of the sources.
    public Map<Metric, Map<List<String>, Value>> values() {
        return values;
    }

    /// A counter's or gauge's value; 0 for one that was never counted.
    public double number(String name, String... labels) {
        return value(name, labels) instanceof Value.Single(double number) ? number : 0;
    }

    /// A histogram's values; none for one that was never counted.
    public Distribution distribution(String name, String... labels) {
        return value(name, labels) instanceof Value.Spread(Distribution spread) ? spread : Distribution.NONE;
    }

    private Value value(String name, String... labels) {
        Metric metric = byName.get(name);
        if (metric == null) return new Value.Single(0);
        return values.getOrDefault(metric, Map.of()).getOrDefault(List.of(labels), new Value.Single(0));
    }

    /// Names of all metrics that were read.
    public List<String> names() {
        return new ArrayList<>(byName.keySet());
    }
}
