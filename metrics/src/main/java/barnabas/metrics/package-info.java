/// Counters of a node, and the registry that a reader asks for all of them.
///
/// Counting costs an atomic addition and allocates nothing; names, units and sentences are loaded by the first reading
/// ([barnabas.metrics.MetricTable]). Start reading at [barnabas.metrics.MetricSource].
@NullMarked
package barnabas.metrics;

import org.jspecify.annotations.NullMarked;
