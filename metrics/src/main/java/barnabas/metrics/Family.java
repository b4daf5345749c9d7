package barnabas.metrics;

import java.util.List;

/// A metric with its samples.
public record Family(Metric metric, List<Sample> samples) {}
