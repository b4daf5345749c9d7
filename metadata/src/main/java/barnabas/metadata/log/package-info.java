/// The metadata log: where the records of the cluster's state are agreed on and kept. [MetadataLog] is what the rest
/// builds on; here are an implementation on the disk of one node and one in memory.
@NullMarked
package barnabas.metadata.log;

import org.jspecify.annotations.NullMarked;
