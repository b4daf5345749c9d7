/// Traffic of partitions, counted by topic: start with [PartitionTraffic].
@NullMarked
package barnabas.replication.traffic;

import org.jspecify.annotations.NullMarked;
