/// Vocabulary of the log: what its callers pass and get. The log of a partition is
/// [barnabas.log.partition.PartitionLog], the directory that holds many is [barnabas.log.directory.LogDirectory].
///
/// Rooms, each using only those before it: `journal`, this package, `batches`, `file`, `segment`, `producers`,
/// `compaction`, `partition`, `recovery`, `directory`.
@NullMarked
package barnabas.log;

import org.jspecify.annotations.NullMarked;
