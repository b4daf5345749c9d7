/// The log of one partition: append, read, roll, flush, truncate, retain, compact. Start reading at
/// [barnabas.log.partition.PartitionLog]; its parts share [barnabas.log.partition.LogState].
@NullMarked
package barnabas.log.partition;

import org.jspecify.annotations.NullMarked;
