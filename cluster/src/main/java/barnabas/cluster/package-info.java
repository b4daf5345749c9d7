/// A node's part in a cluster of several nodes: the metadata quorum over the network, the controller listener, the way
/// to the active controller. The command loads it, and Kafka's Raft engine with it, only when the settings ask for a
/// cluster. Start reading at [barnabas.cluster.QuorumMembership].
@NullMarked
package barnabas.cluster;

import org.jspecify.annotations.NullMarked;
