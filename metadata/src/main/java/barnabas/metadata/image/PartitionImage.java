package barnabas.metadata.image;

import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.PartitionChangeRecord;
import barnabas.protocol.metadata.PartitionRecord;
import java.util.List;

/// One partition as the cluster sees it. Brokers are named by id.
///
/// @param directories the log directory of each replica, in the order of `replicas`
/// @param leader [#NO_LEADER] when no replica can lead
/// @param leaderEpoch grows with every change of leader, also when the leader is the same broker again
/// @param partitionEpoch grows with every change of anything here
/// @param recovering whether the leader was elected uncleanly and has not recovered yet (KIP-704)
/// @param addingReplicas replicas that a reassignment adds (KIP-455)
/// @param removingReplicas replicas that a reassignment will remove
/// @param eligibleLeaderReplicas out of sync but known to have everything below the high watermark (KIP-966)
/// @param lastKnownElr who was eligible before an unclean shutdown; leads only as a last resort
public record PartitionImage(
        int index,
        List<Integer> replicas,
        List<Uuid> directories,
        List<Integer> isr,
        int leader,
        int leaderEpoch,
        int partitionEpoch,
        boolean recovering,
        List<Integer> addingReplicas,
        List<Integer> removingReplicas,
        List<Integer> eligibleLeaderReplicas,
        List<Integer> lastKnownElr) {
    public static final int NO_LEADER = -1;

    /// This partition in a later leader epoch, with the same leader.
    public PartitionImage withLeaderEpoch(int epoch) {
        return new PartitionImage(
                index,
                replicas,
                directories,
                isr,
                leader,
                epoch,
                partitionEpoch + 1,
                recovering,
                addingReplicas,
                removingReplicas,
                eligibleLeaderReplicas,
                lastKnownElr);
    }

    /// This partition once the record is part of the image.
    public PartitionImage after(PartitionChangeRecord change) {
        return PartitionChanges.changed(this, change);
    }

    /// The record that says all of this.
    public PartitionRecord record(Uuid topicId, MetadataVersion version) {
        return PartitionChanges.record(this, topicId, version);
    }

    public boolean hasLeader() {
        return leader != NO_LEADER;
    }

    /// The first replica, which leads when everything is well.
    public int preferredLeader() {
        return replicas.isEmpty() ? NO_LEADER : replicas.getFirst();
    }

    public boolean isReassigning() {
        return !addingReplicas.isEmpty() || !removingReplicas.isEmpty();
    }

    /// The log directory of `broker`'s replica; [DirectoryIds#UNASSIGNED] when it has no replica.
    public Uuid directoryOf(int broker) {
        int at = replicas.indexOf(broker);
        return at < 0 ? DirectoryIds.UNASSIGNED : directories.get(at);
    }
}
