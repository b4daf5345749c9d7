package barnabas.broker.cluster;

import barnabas.base.Clock;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.protocol.Uuid;
import barnabas.replication.Partition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Directories of this broker that are full, and the replicas in them that stand aside: others lead their partitions,
/// and no producer waits for them. One passing shortage changes nothing.
///
/// Owner: the lock of [ReplicaChanges].
final class FullDirectories {
    /// What must be free before replicas come back.
    static final long SPACE_BYTES = 16L << 20;

    /// Time after the first shortage from which on another one counts.
    private static final long REPEATED_NANOS = 1_000_000_000L;
    private static final long FORGOTTEN_NANOS = 120_000_000_000L;
    /// Time without a shortage before replicas come back; twice as long each time that this was too early, as with the
    /// quota of a user, which the free space does not show.
    private static final long QUIET_NANOS = 3_000_000_000L;

    private static final long QUIET_NANOS_MAX = 60_000_000_000L;

    /// @param isOver whether replicas have come back since
    private record Shortage(long first, long last, long quietNanos, boolean isOver) {}

    private final int brokerId;
    private final Clock clock;
    private final Map<Uuid, Shortage> shortages = new HashMap<>();
    private final Set<Partition> aside = new HashSet<>();

    FullDirectories(int brokerId, Clock clock) {
        this.brokerId = brokerId;
        this.clock = clock;
    }

    /// An operation in the directory has failed for lack of space.
    ///
    /// @return true when the shortage lasts
    boolean lasts(Uuid directory) {
        long now = clock.nanos();
        Shortage before = shortages.get(directory);
        if (before == null || now - before.last > FORGOTTEN_NANOS) before = new Shortage(now, now, QUIET_NANOS, false);
        if (before.isOver) before = new Shortage(now, now, Math.min(2 * before.quietNanos, QUIET_NANOS_MAX), false);
        shortages.put(directory, new Shortage(before.first, now, before.quietNanos, false));
        return now - before.first >= REPEATED_NANOS;
    }

    /// True when a shortage was followed by a time without one: where there is space, [#over] ends it.
    boolean isQuiet(Uuid directory) {
        Shortage before = shortages.get(directory);
        return before != null && !before.isOver && clock.nanos() - before.last >= before.quietNanos;
    }

    void over(Uuid directory) {
        shortages.computeIfPresent(
                directory, (_, before) -> new Shortage(before.first, before.last, before.quietNanos, true));
    }

    boolean isAside(Partition partition) {
        return aside.contains(partition);
    }

    /// Takes a replica out, if it is in sync and the partition goes on without it.
    ///
    /// @param image its latest state
    boolean standsAside(Partition partition, @Nullable PartitionImage image, ClusterImage cluster) {
        return image != null
                && !aside.contains(partition)
                && goesOnWithout(partition, image, cluster)
                && aside.add(partition);
    }

    private boolean goesOnWithout(Partition partition, PartitionImage image, ClusterImage cluster) {
        if (!image.isr().contains(brokerId)) return false;
        int others = 0;
        for (int id : image.isr()) {
            BrokerRegistration broker = cluster.nodes().brokers().find(id);
            if (id != brokerId && broker != null && broker.isActive() && broker.isOnline(image.directoryOf(id)))
                others++;
        }
        int needed = Math.min(partition.minInSyncReplicas(), image.replicas().size());
        return others >= Math.max(1, needed);
    }

    /// @return false for a replica that did not stand aside
    boolean comesBack(Partition partition) {
        return aside.remove(partition);
    }

    /// The topic is deleted, or the replica has left.
    void forget(Predicate<Partition> gone) {
        aside.removeIf(gone);
    }
}
