package barnabas.metrics;

import java.util.List;

/// Description of one metric.
///
/// @param name lower case words joined by `_`, without unit
/// @param sentence for an operator
/// @param labels names of what tells its samples apart
public record Metric(String name, Kind kind, Unit unit, String sentence, List<String> labels) {
    /// Meaning of a metric's value.
    public enum Kind {
        /// Only grows, from 0 at the start of the node.
        COUNTER,
        /// Goes up and down.
        GAUGE,
        /// Many values with their distribution.
        HISTOGRAM
    }

    /// Unit of a metric's value.
    public enum Unit {
        NONE,
        BYTES,
        NANOS
    }

    public Metric {
        labels = List.copyOf(labels);
    }

    public static Metric counter(String name, Unit unit, String sentence, String... labels) {
        return new Metric(name, Kind.COUNTER, unit, sentence, List.of(labels));
    }

    public static Metric gauge(String name, Unit unit, String sentence, String... labels) {
        return new Metric(name, Kind.GAUGE, unit, sentence, List.of(labels));
    }

    public static Metric histogram(String name, Unit unit, String sentence, String... labels) {
        return new Metric(name, Kind.HISTOGRAM, unit, sentence, List.of(labels));
    }
}
