package barnabas.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Description of one metric, a row of [MetricTable].
///
/// @param name as Prometheus knows it; of a counter with its `_total`
/// @param labels names that distinguish its samples
/// @param bean object name of Kafka's MBean for the same value, with `;attribute` when it has several; labels are
/// further
/// keys of the name unless they have a place in it (`{label}`); empty without one
/// @param sentence for an operator
public record Metric(String name, Kind kind, Unit unit, List<String> labels, String bean, String sentence) {
    /// Meaning of a metric's value.
    public enum Kind {
        /// Only grows, from 0 at the start of the node.
        COUNTER,
        /// Goes up and down.
        GAUGE,
        /// Count and sum of many values, with quantiles of the last minutes where they are kept.
        SUMMARY
    }

    /// Unit of a metric's value. Distributions of times are in nanoseconds inside and are converted when they are
    /// written.
    public enum Unit {
        NONE(1),
        BYTES(1),
        MILLISECONDS(1e6),
        SECONDS(1e9),
        /// From 0 to 1.
        RATIO(1);

        private final double divisor;

        Unit(double divisor) {
            this.divisor = divisor;
        }

        /// Values of a [Distribution] are divided by it.
        public double divisor() {
            return divisor;
        }
    }

    public Metric {
        labels = List.copyOf(labels);
    }

    /// Written out: what the JVM makes for it takes more memory than a whole reading.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Metric that
                && name.equals(that.name)
                && kind == that.kind
                && unit == that.unit
                && labels.equals(that.labels)
                && bean.equals(that.bean)
                && sentence.equals(that.sentence);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    public static Metric gauge(String name, String sentence, List<String> labels) {
        return new Metric(name, Kind.GAUGE, Unit.NONE, labels, "", sentence);
    }
}
