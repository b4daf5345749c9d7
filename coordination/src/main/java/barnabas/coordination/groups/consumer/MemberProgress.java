package barnabas.coordination.groups.consumer;

import barnabas.protocol.group.ConsumerGroupCurrentMemberAssignmentValue;

/// Epochs and assignment of a member. Immutable.
///
/// @param epoch that the coordinator expects in its next heartbeat; -2 while a static member is away
/// @param previousEpoch accepted too, as the answer with the new epoch may be lost
/// @param assigned what it has or may take now
/// @param revoking partitions that it must revoke
public record MemberProgress(
        int epoch, int previousEpoch, MemberState state, OwnedPartitions assigned, OwnedPartitions revoking) {
    static final MemberProgress NEW =
            new MemberProgress(0, -1, MemberState.STABLE, OwnedPartitions.NONE, OwnedPartitions.NONE);

    static MemberProgress of(ConsumerGroupCurrentMemberAssignmentValue value) {
        return new MemberProgress(
                value.memberEpoch(),
                value.previousMemberEpoch(),
                MemberState.of(value.state()),
                OwnedPartitions.of(value.assignedPartitions(), value.memberEpoch()),
                OwnedPartitions.of(value.partitionsPendingRevocation(), value.memberEpoch()));
    }

    ConsumerGroupCurrentMemberAssignmentValue toValue() {
        return new ConsumerGroupCurrentMemberAssignmentValue(
                epoch, previousEpoch, state.value(), assigned.toValue(), revoking.toValue());
    }

    /// The next step of the way; the epoch it comes from stays acceptable.
    MemberProgress next(int nextEpoch, MemberState nextState, OwnedPartitions assigns, OwnedPartitions revokes) {
        return new MemberProgress(nextEpoch, epoch, nextState, assigns, revokes);
    }

    boolean isReconciledTo(int targetEpoch) {
        return state == MemberState.STABLE && epoch == targetEpoch;
    }
}
