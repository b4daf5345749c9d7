/// One partition on disk, in Kafka's layout: segments, indexes, producer state, recovery, retention; and the
/// directory that holds many of them. Start reading at [barnabas.log.PartitionLog].
@NullMarked
package barnabas.log;

import org.jspecify.annotations.NullMarked;
