package barnabas.coordination.groups.consumer;

import barnabas.protocol.Uuid;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Moves one member a step towards its target. A partition is assigned only when no member has it, and a member
/// must revoke partitions before it gets new ones or enters the next epoch.
///
/// ```
///                 nothing to revoke, all free
///   STABLE ─────────────────────────────────────────▶ STABLE (target epoch)
///     │  │    nothing to revoke, some not free
///     │  └──────────────▶ UNRELEASED_PARTITIONS (target epoch) ──▶ STABLE when free
///     │ something to revoke
///     └──▶ UNREVOKED_PARTITIONS (old epoch) ── confirmed by a heartbeat ──▶ as above
/// ```
final class Reconciliation {
    interface PartitionEpochs {
        /// [ConsumerGroup#NOT_OWNED] when no member has the partition.
        int of(Uuid topic, int partition);
    }

    private final MemberProgress progress;
    private final Assignment target;
    private final int targetEpoch;
    private final PartitionEpochs epochs;
    private final Predicate<Uuid> subscribed;
    private final @Nullable Map<Uuid, Set<Integer>> owned;

    /// @param subscribed whether the member still wants a topic
    /// @param owned what the member says it has; null when it does not say, because nothing changed for it
    Reconciliation(
            MemberProgress progress,
            Assignment target,
            int targetEpoch,
            PartitionEpochs epochs,
            Predicate<Uuid> subscribed,
            @Nullable Map<Uuid, Set<Integer>> owned) {
        this.progress = progress;
        this.target = target;
        this.targetEpoch = targetEpoch;
        this.epochs = epochs;
        this.subscribed = subscribed;
        this.owned = owned;
    }

    /// @param subscriptionChanged the member has just changed what it subscribes to
    MemberProgress next(boolean subscriptionChanged) {
        return switch (progress.state()) {
            case STABLE -> {
                if (progress.epoch() != targetEpoch) yield towardsTarget();
                yield subscriptionChanged ? dropUnsubscribed() : progress;
            }
            case UNREVOKED_PARTITIONS -> {
                if (!stillOwns(progress.revoking())) yield towardsTarget();
                yield subscriptionChanged ? dropUnsubscribed() : progress;
            }
            case UNRELEASED_PARTITIONS, UNKNOWN -> towardsTarget();
        };
    }

    /// A member that does not say what it owns may still own everything.
    private boolean stillOwns(OwnedPartitions partitions) {
        if (owned == null) return true;
        for (Map.Entry<Uuid, Set<Integer>> each : owned.entrySet()) {
            for (int partition : each.getValue()) if (partitions.contains(each.getKey(), partition)) return true;
        }
        return false;
    }

    private boolean isWanted(Uuid topic, int partition) {
        return target.contains(topic, partition) && subscribed.test(topic);
    }

    private MemberProgress towardsTarget() {
        OwnedPartitions kept = progress.assigned().where(this::isWanted);
        OwnedPartitions revoked = progress.assigned().where((topic, partition) -> !isWanted(topic, partition));
        if (!revoked.isEmpty() && stillOwns(revoked)) {
            return progress.next(progress.epoch(), MemberState.UNREVOKED_PARTITIONS, kept, revoked);
        }
        var added = new OwnedPartitions.Builder();
        boolean waiting = false;
        for (var topic : target.topics().entrySet()) {
            if (!subscribed.test(topic.getKey())) continue;
            for (int partition : topic.getValue()) {
                if (kept.contains(topic.getKey(), partition)) continue;
                // A partition that it has just revoked it may get back at once.
                boolean free = epochs.of(topic.getKey(), partition) == ConsumerGroup.NOT_OWNED
                        || progress.revoking().contains(topic.getKey(), partition);
                if (free) {
                    added.add(topic.getKey(), partition, targetEpoch);
                } else {
                    waiting = true;
                }
            }
        }
        MemberState state = waiting ? MemberState.UNRELEASED_PARTITIONS : MemberState.STABLE;
        return progress.next(targetEpoch, state, kept.with(added.build()), OwnedPartitions.NONE);
    }

    /// The target is still an old one, but partitions that the member does not want any more can be revoked now.
    private MemberProgress dropUnsubscribed() {
        OwnedPartitions kept = progress.assigned().where((topic, partition) -> subscribed.test(topic));
        OwnedPartitions dropped = progress.assigned().where((topic, partition) -> !subscribed.test(topic));
        if (dropped.isEmpty()) return progress;
        OwnedPartitions revoking = progress.revoking().with(dropped);
        if (stillOwns(revoking)) {
            return progress.next(progress.epoch(), MemberState.UNREVOKED_PARTITIONS, kept, revoking);
        }
        return progress.next(progress.epoch(), MemberState.STABLE, kept, OwnedPartitions.NONE);
    }

    /// Partitions that a member owns according to its request.
    static Map<Uuid, Set<Integer>> owned(List<ConsumerGroupHeartbeatRequest.TopicPartitions> partitions) {
        var owned = new HashMap<Uuid, Set<Integer>>();
        for (var each : partitions) {
            owned.computeIfAbsent(each.topicId(), any -> new HashSet<>()).addAll(each.partitions());
        }
        return owned;
    }
}
