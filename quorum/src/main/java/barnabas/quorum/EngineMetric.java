package barnabas.quorum;

import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.Metrics;

/// A number that the Raft engine keeps itself.
enum EngineMetric {
    COMMIT_LATENCY("commit-latency-avg");

    private final String name;

    EngineMetric(String name) {
        this.name = name;
    }

    /// NaN when the engine does not have it, or has had nothing to measure.
    double read(Metrics metrics) {
        for (var each : metrics.metrics().entrySet()) {
            MetricName found = each.getKey();
            KafkaMetric metric = each.getValue();
            if (found.name().equals(name) && metric.metricValue() instanceof Double value) return value;
        }
        return Double.NaN;
    }
}
