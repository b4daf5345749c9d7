/// The way to a Kafka cluster: one blocking connection class, and on it a view of the cluster, a producer, a
/// consumer and the admin calls. Everything blocks and is made for virtual threads; nothing hands out
/// futures.
@NullMarked
package barnabas.client;

import org.jspecify.annotations.NullMarked;
