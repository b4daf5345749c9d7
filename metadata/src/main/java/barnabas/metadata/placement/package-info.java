/// Brokers and memory for the replicas of new partitions.
@NullMarked
package barnabas.metadata.placement;

import org.jspecify.annotations.NullMarked;
