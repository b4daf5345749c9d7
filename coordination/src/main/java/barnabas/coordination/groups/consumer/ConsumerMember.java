package barnabas.coordination.groups.consumer;

import barnabas.protocol.Uuid;
import org.jspecify.annotations.Nullable;

/// One member of a consumer group. Immutable.
public record ConsumerMember(String id, MemberDetails details, MemberProgress progress) {
    /// The epoch of a static member that has left and may come back.
    static final int AWAY_EPOCH = -2;

    static ConsumerMember joining(String id) {
        return new ConsumerMember(id, MemberDetails.NEW, MemberProgress.NEW);
    }

    public int epoch() {
        return progress.epoch();
    }

    @Nullable
    String instanceId() {
        return details.instanceId();
    }

    /// True for a member of the classic protocol, in a group that others of the consumer protocol have joined.
    public boolean isClassic() {
        return details.classic() != null;
    }

    /// The epoch since which it has the partition without a break; -1 when it does not have it.
    public int assignmentEpoch(Uuid topic, int partition) {
        int epoch = progress.assigned().epochOf(topic, partition);
        return epoch >= 0 ? epoch : progress.revoking().epochOf(topic, partition);
    }

    boolean isReconciledTo(int targetEpoch) {
        return progress.isReconciledTo(targetEpoch);
    }

    ConsumerMember with(MemberDetails newDetails) {
        return new ConsumerMember(id, newDetails, progress);
    }

    ConsumerMember with(MemberProgress newProgress) {
        return new ConsumerMember(id, details, newProgress);
    }
}
