/// The consumer group protocol (KIP-848): members send heartbeats with what they subscribe to and own; the
/// coordinator computes a target assignment and leads each member towards it step by step.
@NullMarked
package barnabas.coordination.groups.consumer;

import org.jspecify.annotations.NullMarked;
