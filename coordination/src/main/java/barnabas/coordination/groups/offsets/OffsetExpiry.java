package barnabas.coordination.groups.offsets;

import barnabas.coordination.CoordinatorRecord;
import barnabas.protocol.group.OffsetCommitKey;
import java.util.List;
import java.util.Map;

/// Finds offsets that have outlived `offsets.retention.minutes` (KIP-211).
public final class OffsetExpiry {
    private final Offsets offsets;

    public OffsetExpiry(Offsets offsets) {
        this.offsets = offsets;
    }

    /// Adds the tombstones of what has expired in a group.
    ///
    /// @return true when nothing of the group's offsets is left then
    public boolean expire(
            String groupId, OffsetOwner group, long retentionMillis, long nowMillis, List<CoordinatorRecord> records) {
        boolean all = !offsets.hasPending(groupId);
        OffsetOwner.Aging aging = group.aging();
        for (Map.Entry<String, Map<Integer, CommittedOffset>> topic :
                offsets.ofGroup(groupId).entrySet()) {
            if (group.isSubscribedTo(topic.getKey())) {
                all = false;
                continue;
            }
            for (Map.Entry<Integer, CommittedOffset> each : topic.getValue().entrySet()) {
                boolean pending = offsets.isPending(groupId, topic.getKey(), each.getKey());
                if (!pending && isExpired(each.getValue(), aging, retentionMillis, nowMillis)) {
                    records.add(
                            OffsetRecords.offsetTombstone(new OffsetCommitKey(groupId, topic.getKey(), each.getKey())));
                } else {
                    all = false;
                }
            }
        }
        return all;
    }

    private static boolean isExpired(
            CommittedOffset offset, OffsetOwner.Aging aging, long retentionMillis, long nowMillis) {
        return switch (aging) {
            case OffsetOwner.Aging.Never() -> false;
            case OffsetOwner.Aging.SinceCommit() ->
                isExpired(offset, offset.commitMillis(), retentionMillis, nowMillis);
            case OffsetOwner.Aging.Since(long millis) -> isExpired(offset, millis, retentionMillis, nowMillis);
        };
    }

    private static boolean isExpired(CommittedOffset offset, long since, long retentionMillis, long nowMillis) {
        return offset.expireMillis() >= 0 ? nowMillis >= offset.expireMillis() : nowMillis - since >= retentionMillis;
    }
}
