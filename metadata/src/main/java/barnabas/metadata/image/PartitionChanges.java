package barnabas.metadata.image;

import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.PartitionChangeRecord;
import barnabas.protocol.metadata.PartitionRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Effect of partition records on an image.
final class PartitionChanges {
    /// [PartitionChangeRecord#leader] when the leader stays.
    static final int NO_LEADER_CHANGE = -2;

    private static final byte RECOVERED = 0;
    private static final byte RECOVERING = 1;

    private PartitionChanges() {}

    static PartitionImage created(PartitionRecord record) {
        // One list where two say the same: most partitions are in sync, and there may be many of them.
        List<Integer> replicas = List.copyOf(record.replicas());
        List<Integer> isr = record.isr().equals(replicas) ? replicas : List.copyOf(record.isr());
        return new PartitionImage(
                record.partitionId(),
                replicas,
                record.directories().isEmpty() ? unknownDirectories(replicas) : List.copyOf(record.directories()),
                isr,
                record.leader(),
                record.leaderEpoch(),
                record.partitionEpoch(),
                record.leaderRecoveryState() == RECOVERING,
                List.copyOf(record.addingReplicas()),
                List.copyOf(record.removingReplicas()),
                copyOf(record.eligibleLeaderReplicas(), List.of()),
                copyOf(record.lastKnownElr(), List.of()));
    }

    static PartitionImage changed(PartitionImage before, PartitionChangeRecord record) {
        boolean leaderChanges = record.leader() != NO_LEADER_CHANGE;
        List<Integer> replicas = copyOf(record.replicas(), before.replicas());
        return new PartitionImage(
                before.index(),
                replicas,
                directories(before, replicas, record.directories()),
                copyOf(record.isr(), before.isr()),
                leaderChanges ? record.leader() : before.leader(),
                leaderChanges ? before.leaderEpoch() + 1 : before.leaderEpoch(),
                before.partitionEpoch() + 1,
                switch (record.leaderRecoveryState()) {
                    case RECOVERED -> false;
                    case RECOVERING -> true;
                    default -> before.recovering();
                },
                copyOf(record.addingReplicas(), before.addingReplicas()),
                copyOf(record.removingReplicas(), before.removingReplicas()),
                copyOf(record.eligibleLeaderReplicas(), before.eligibleLeaderReplicas()),
                copyOf(record.lastKnownElr(), before.lastKnownElr()));
    }

    static PartitionImage withoutEligibleLeaders(PartitionImage partition) {
        return new PartitionImage(
                partition.index(),
                partition.replicas(),
                partition.directories(),
                partition.isr(),
                partition.leader(),
                partition.leaderEpoch(),
                partition.partitionEpoch(),
                partition.recovering(),
                partition.addingReplicas(),
                partition.removingReplicas(),
                List.of(),
                List.of());
    }

    static PartitionRecord record(PartitionImage partition, Uuid topicId, MetadataVersion version) {
        boolean eligibility = version.recordsEligibleLeaders();
        return new PartitionRecord(
                partition.index(),
                topicId,
                partition.replicas(),
                partition.isr(),
                partition.removingReplicas(),
                partition.addingReplicas(),
                partition.leader(),
                partition.recovering() ? RECOVERING : RECOVERED,
                partition.leaderEpoch(),
                partition.partitionEpoch(),
                version.recordsDirectories() ? partition.directories() : List.of(),
                eligibility ? emptyAsNull(partition.eligibleLeaderReplicas()) : null,
                eligibility ? emptyAsNull(partition.lastKnownElr()) : null);
    }

    private static List<Uuid> directories(
            PartitionImage before, List<Integer> replicas, @Nullable List<Uuid> directories) {
        if (directories != null) return List.copyOf(directories);
        if (replicas.equals(before.replicas())) return before.directories();
        // Where none was ever recorded, a snapshot says nothing of the new ones either.
        if (before.directories().stream().allMatch(DirectoryIds.MIGRATING::equals)) return unknownDirectories(replicas);
        var kept = new ArrayList<Uuid>(replicas.size());
        for (int replica : replicas) kept.add(before.directoryOf(replica));
        return List.copyOf(kept);
    }

    private static List<Uuid> unknownDirectories(List<Integer> replicas) {
        return Collections.nCopies(replicas.size(), DirectoryIds.MIGRATING);
    }

    private static List<Integer> copyOf(@Nullable List<Integer> list, List<Integer> otherwise) {
        return list == null ? otherwise : List.copyOf(list);
    }

    private static @Nullable List<Integer> emptyAsNull(List<Integer> list) {
        return list.isEmpty() ? null : list;
    }
}
