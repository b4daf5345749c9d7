/// Replication between brokers: fetchers for the replicas that other brokers lead, and the questions that leaders ask
/// the controller about their followers. Nothing of it is loaded on a node alone.
@NullMarked
package barnabas.broker.follow;

import org.jspecify.annotations.NullMarked;
