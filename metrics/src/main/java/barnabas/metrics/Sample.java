package barnabas.metrics;

import java.util.List;

/// Value of one metric for one list of label values. An empty label value means that the sample does not have the
/// label, as for the sum over all topics.
public sealed interface Sample {
    /// In the order of [Metric#labels].
    List<String> labels();

    record Single(List<String> labels, double value) implements Sample {}

    record Spread(List<String> labels, Distribution distribution) implements Sample {}
}
