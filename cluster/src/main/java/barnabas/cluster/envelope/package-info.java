/// Requests of clients that a broker passes on to the active controller in an envelope, as Kafka's brokers do
/// (KIP-590).
@NullMarked
package barnabas.cluster.envelope;

import org.jspecify.annotations.NullMarked;
