/// Values of a node as MBeans under the names that Kafka gives them, from the registry of metrics. Loaded by a node
/// with `barnabas.jmx.enable=true` only. Start reading at [barnabas.broker.jmx.MetricBeans].
@NullMarked
package barnabas.broker.jmx;

import org.jspecify.annotations.NullMarked;
