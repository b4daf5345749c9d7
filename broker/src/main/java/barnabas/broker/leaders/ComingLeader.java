package barnabas.broker.leaders;

import barnabas.base.Clock;
import barnabas.replication.LeaderAppend;
import barnabas.replication.Partition;
import barnabas.replication.PartitionWatcher;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Wait for the moment in which this broker leads a partition, before a produce request is refused.
///
/// The leader before, or another broker, names a new leader as soon as its own image does. The producer asks the new
/// one at once (KIP-951), perhaps before this broker has that image or has come to the partition in it. A refusal then
/// costs the producer its back-off, 100 ms and more.
///
/// An image that names this broker is waited for shortly: a producer that has the leader of an earlier epoch asks here
/// too, and is refused that much later. A partition that the image gives to this broker is waited for as long as it
/// takes to hand out leaderships.
public final class ComingLeader {
    private static final long IMAGE_NANOS_MAX = 30_000_000;
    private static final long PARTITION_NANOS_MAX = 2_000_000_000;
    /// Time between two looks at the image.
    private static final long LOOK_NANOS = 5_000_000;

    private final int brokerId;
    private final Predicate<Partition> isNamed;
    private final Clock clock;

    /// @param isNamed whether the present image names this broker as the leader
    public ComingLeader(int brokerId, Predicate<Partition> isNamed, Clock clock) {
        this.brokerId = brokerId;
        this.isNamed = isNamed;
        this.clock = clock;
    }

    /// Whether an append was refused that may be taken in a moment: other replicas than those in sync do not lead next.
    public boolean isPossible(LeaderAppend append, Partition partition) {
        return append instanceof LeaderAppend.NotLeader
                && partition.state().inSyncReplicas().contains(brokerId);
    }

    /// Returns when this broker leads, or is not expected to. On a thread that may wait.
    ///
    /// @param since begin of the first wait of the request: one image names the leaders of all its partitions
    public void await(Partition partition, long since) {
        if (partition.isLeader()) return;
        Thread waiting = Thread.currentThread();
        PartitionWatcher watcher = _ -> LockSupport.unpark(waiting);
        partition.watchAppends(watcher);
        try {
            while (!partition.isLeader() && !waiting.isInterrupted()) {
                long now = clock.nanos();
                if (now - since >= (isNamed.test(partition) ? PARTITION_NANOS_MAX : IMAGE_NANOS_MAX)) return;
                clock.parkUntil(this, now + LOOK_NANOS);
            }
        } finally {
            partition.unwatchAppends(watcher);
        }
    }
}
