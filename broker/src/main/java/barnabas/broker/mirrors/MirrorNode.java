package barnabas.broker.mirrors;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.Threads;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.metadata.ClusterMetadata;
import barnabas.replication.LocalPartitions;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import javax.net.SocketFactory;

/// Parts of a broker that its mirrors use.
///
/// @param offsetsTopic creates the topic of groups' offsets where it is missing; may block
/// @param producerIdFloor takes the least producer id that this broker may give out
/// @param disk for the key stores of clients of other clusters
/// @param random unpredictable
/// @param sockets of clients of other clusters
public record MirrorNode(
        ClusterMetadata metadata,
        LocalPartitions partitions,
        GroupCoordinator groups,
        Runnable offsetsTopic,
        LongConsumer producerIdFloor,
        Disk disk,
        Clock clock,
        Threads threads,
        RandomGenerator random,
        SocketFactory sockets) {
    public int brokerId() {
        return partitions.brokerId();
    }
}
