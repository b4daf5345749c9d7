/// Nodes of Apache Kafka and of Barnabas in one cluster: see `conformance/mixed/run`.
@NullMarked
package barnabas.conformance.mixed;

import org.jspecify.annotations.NullMarked;
