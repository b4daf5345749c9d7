/// Counters of a node, and the registry that a reader asks for all of them.
///
/// Counting costs an atomic addition and allocates nothing; names, units and sentences (`metrics.tsv`) exist only while
/// [barnabas.metrics.MetricRegistry#read] runs. Start reading at [barnabas.metrics.MetricSource].
@NullMarked
package barnabas.metrics;

import org.jspecify.annotations.NullMarked;
