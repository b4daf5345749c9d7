/// Runs Kafka's own integration tests against brokers of ours in the same process.
@NullMarked
package barnabas.conformance.kafka;

import org.jspecify.annotations.NullMarked;
