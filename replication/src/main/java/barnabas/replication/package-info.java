/// Partitions as brokers replicate them: leadership, high watermark, in-sync replicas, and who is waiting for them to
/// move.
@NullMarked
package barnabas.replication;

import org.jspecify.annotations.NullMarked;
