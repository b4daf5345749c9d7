/// The metadata log of a cluster: [barnabas.metadata.log.MetadataLog] on Kafka's own Raft engine (KIP-595, KIP-853),
/// whose clock, threads, disk, network and randomness are ours. The one module with Kafka's classes at run time; a node
/// alone does not load it.
@NullMarked
package barnabas.quorum;

import org.jspecify.annotations.NullMarked;
