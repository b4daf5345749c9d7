package barnabas.coordination.groups.consumer;

import barnabas.coordination.Now;
import barnabas.coordination.RequestContext;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.coordination.groups.consumer.HeartbeatAnswers.Refusal;
import barnabas.coordination.groups.consumer.Regexes.Sight;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// ConsumerGroupHeartbeat (API 68) of a member that joins or stays: works out what it changes in the group.
final class ConsumerHeartbeat {
    /// Result of a heartbeat.
    sealed interface Outcome {
        record Refused(Refusal refusal) implements Outcome {}

        /// @param assignmentChanged the answer must contain the new assignment
        record Served(ConsumerMember member, boolean assignmentChanged) implements Outcome {}
    }

    /// Sender of a heartbeat.
    private sealed interface Sender {
        record Refused(Refusal refusal) implements Sender {}

        record Known(ConsumerMember member) implements Sender {}
    }

    private final Targets targets;

    ConsumerHeartbeat(Targets targets) {
        this.targets = targets;
    }

    /// @param memberId as in the request, or the one that the coordinator made up
    /// @param sizeMax members that a group may have
    /// @param assignmentIntervalMillis the least time between two target assignments
    record Beat(
            RequestContext context,
            ConsumerGroupHeartbeatRequest request,
            String memberId,
            int sizeMax,
            long assignmentIntervalMillis) {
        boolean isJoin() {
            return request.memberEpoch() == 0;
        }

        @Nullable
        Map<Uuid, Set<Integer>> owned() {
            var partitions = request.topicPartitions();
            return partitions == null ? null : Reconciliation.owned(partitions);
        }
    }

    Outcome serve(GroupChange change, Beat beat, TopicsView topics, Now now) {
        ConsumerGroupHeartbeatRequest request = beat.request;
        if (change.member(beat.memberId) == null && change.group().size() >= beat.sizeMax) {
            return new Outcome.Refused(new Refusal(
                    ErrorCode.GROUP_MAX_SIZE_REACHED,
                    "The consumer group has reached its maximum capacity of " + beat.sizeMax + " members."));
        }
        String regex = request.subscribedTopicRegex();
        if (regex != null && !regex.isEmpty() && change.regex(regex) == null) {
            Refusal invalid = Regexes.check(regex);
            if (invalid != null) return new Outcome.Refused(invalid);
        }
        ConsumerMember member;
        switch (sender(change, beat)) {
            case Sender.Refused(var refusal) -> {
                return new Outcome.Refused(refusal);
            }
            case Sender.Known(var known) -> member = known;
        }
        MemberDetails before = member.details();
        ConsumerMember updated = member.with(details(before, beat));
        change.updateDetails(updated);
        MemberDetails after = updated.details();
        boolean namesChanged = !after.topicNames().equals(before.topicNames());
        boolean regexChanged = !Objects.equals(emptyAsNull(after.regex()), emptyAsNull(before.regex()));
        boolean assignorChanged = !Objects.equals(after.serverAssignor(), before.serverAssignor())
                && !targets.preferredBy(change.members())
                        .equals(targets.preferredBy(change.group().members()));
        boolean isFirst =
                change.epoch() == ConsumerGroup.FIRST_EPOCH && change.group().isEmpty();
        boolean bump = isFirst || namesChanged || assignorChanged;
        if (regexChanged) bump |= Regexes.changed(change, before.regex(), after.regex(), topics, now);
        boolean rightsChanged = Sight.renew(change, updated, beat.context, topics, now);
        settle(change, bump || rightsChanged, beat.assignmentIntervalMillis, topics, now);
        boolean subscriptionChanged = namesChanged || regexChanged || rightsChanged;
        ConsumerMember reconciled = reconcile(change, updated, subscriptionChanged, beat.owned(), topics);
        boolean full = request.rebalanceTimeoutMs() != -1
                && (request.subscribedTopicNames() != null || request.subscribedTopicRegex() != null)
                && request.topicPartitions() != null;
        boolean changed = !reconciled
                .progress()
                .assigned()
                .samePartitions(member.progress().assigned());
        return new Outcome.Served(reconciled, beat.isJoin() || full || changed);
    }

    private static @Nullable String emptyAsNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    // ---- who

    private static Sender sender(GroupChange change, Beat beat) {
        String instanceId = beat.request.instanceId();
        return instanceId == null ? dynamic(change, beat) : fixed(change, beat, instanceId);
    }

    private static Sender dynamic(GroupChange change, Beat beat) {
        ConsumerMember member = change.member(beat.memberId);
        if (member == null) {
            if (!beat.isJoin()) return unknown(beat.memberId, change.group().id());
            return new Sender.Known(ConsumerMember.joining(beat.memberId));
        }
        // A fenced member starts over under the same id.
        return beat.isJoin() ? new Sender.Known(member) : checkEpoch(member, beat);
    }

    private static Sender fixed(GroupChange change, Beat beat, String instanceId) {
        ConsumerMember holder = change.group().staticMember(instanceId);
        if (!beat.isJoin()) {
            if (holder == null) {
                return refused(ErrorCode.UNKNOWN_MEMBER_ID, "Instance id " + instanceId + " is unknown.");
            }
            if (!holder.id().equals(beat.memberId)) return fenced(holder, beat.memberId, instanceId);
            return checkEpoch(holder, beat);
        }
        if (holder == null) {
            ConsumerMember known = change.member(beat.memberId);
            return new Sender.Known(known == null ? ConsumerMember.joining(beat.memberId) : known);
        }
        // One of the classic protocol does not say that it leaves.
        if (holder.epoch() != ConsumerMember.AWAY_EPOCH && !holder.isClassic()) {
            return refused(
                    ErrorCode.UNRELEASED_INSTANCE_ID,
                    "Static member " + beat.memberId + " with instance id " + instanceId
                            + " cannot join the group because the instance id is owned by " + holder.id() + " member.");
        }
        return new Sender.Known(takeOver(change, holder, beat.memberId));
    }

    /// A restarted static member, under another id: it has what the old one had.
    static ConsumerMember takeOver(GroupChange change, ConsumerMember holder, String memberId) {
        Assignment target = change.target(holder.id());
        MemberProgress progress = holder.progress();
        var newcomer = new ConsumerMember(
                memberId,
                holder.details(),
                new MemberProgress(0, 0, progress.state(), progress.assigned(), progress.revoking()));
        change.remove(holder);
        change.updateDetails(newcomer);
        change.updateTarget(memberId, target);
        change.writeProgress(newcomer);
        return newcomer;
    }

    private static Sender checkEpoch(ConsumerMember member, Beat beat) {
        int received = beat.request.memberEpoch();
        int epoch = member.epoch();
        if (received > epoch) {
            return refused(
                    ErrorCode.FENCED_MEMBER_EPOCH,
                    "The consumer group member has a greater member epoch (" + received
                            + ") than the one known by the group coordinator (" + epoch
                            + "). The member must abandon all its partitions and rejoin.");
        }
        // The answer with the new epoch may have been lost.
        boolean lost = received == member.progress().previousEpoch() && ownsNoMore(member, beat.owned());
        if (received < epoch && !lost) {
            return refused(
                    ErrorCode.FENCED_MEMBER_EPOCH,
                    "The consumer group member has a smaller member epoch (" + received
                            + ") than the one known by the group coordinator (" + epoch
                            + "). The member must abandon all its partitions and rejoin.");
        }
        return new Sender.Known(member);
    }

    private static boolean ownsNoMore(ConsumerMember member, @Nullable Map<Uuid, Set<Integer>> owned) {
        if (owned == null) return false;
        for (Map.Entry<Uuid, Set<Integer>> each : owned.entrySet()) {
            for (int partition : each.getValue()) {
                if (!member.progress().assigned().contains(each.getKey(), partition)) return false;
            }
        }
        return true;
    }

    private static Sender unknown(String memberId, String groupId) {
        return refused(
                ErrorCode.UNKNOWN_MEMBER_ID, "Member " + memberId + " is not a member of group " + groupId + ".");
    }

    private static Sender fenced(ConsumerMember holder, String memberId, String instanceId) {
        return refused(
                ErrorCode.FENCED_INSTANCE_ID,
                "Static member " + memberId + " with instance id " + instanceId + " was fenced by member " + holder.id()
                        + ".");
    }

    private static Sender refused(ErrorCode error, String message) {
        return new Sender.Refused(new Refusal(error, message));
    }

    private static MemberDetails details(MemberDetails before, Beat beat) {
        ConsumerGroupHeartbeatRequest request = beat.request;
        var names = request.subscribedTopicNames();
        return new MemberDetails(
                request.instanceId() != null ? request.instanceId() : before.instanceId(),
                request.rackId() != null ? request.rackId() : before.rackId(),
                beat.context.clientId(),
                beat.context.clientHost(),
                names != null ? MemberDetails.sorted(names) : before.topicNames(),
                request.subscribedTopicRegex() != null ? request.subscribedTopicRegex() : before.regex(),
                request.rebalanceTimeoutMs() != -1 ? request.rebalanceTimeoutMs() : before.rebalanceTimeoutMillis(),
                request.serverAssignor() != null ? request.serverAssignor() : before.serverAssignor(),
                null);
    }

    // ---- what follows

    /// Brings epoch and targets up to what members and topics now call for.
    ///
    /// @param bump the epoch moves on in any case
    void settle(GroupChange change, boolean bump, long assignmentIntervalMillis, TopicsView topics, Now now) {
        settleEpoch(change, bump, topics, now);
        long sinceLast = now.millis() - change.group().targetMillis();
        boolean due = sinceLast >= assignmentIntervalMillis || sinceLast < 0; // the clock was set back
        if (change.epoch() > change.targetEpoch() && due) targets.update(change, topics, now);
    }

    void settleEpoch(GroupChange change, boolean bump, TopicsView topics, Now now) {
        boolean regexesMoved =
                change.group().seenTopicsVersion != topics.version() && Regexes.refresh(change, topics, now);
        if (bump || regexesMoved || change.group().seenTopicsVersion != topics.version()) {
            long hash = MetadataHash.of(change.subscribedTopics(), topics);
            if (bump || regexesMoved || hash != change.metadataHash()) change.bumpEpoch(hash);
        }
    }

    /// Leads the member on and writes where it then is.
    ConsumerMember reconcile(
            GroupChange change,
            ConsumerMember member,
            boolean subscriptionChanged,
            @Nullable Map<Uuid, Set<Integer>> owned,
            TopicsView topics) {
        Set<String> names = change.topicsOf(member);
        Predicate<Uuid> subscribed = id -> {
            TopicsView.Topic topic = topics.byId(id);
            return topic != null && names.contains(topic.name());
        };
        MemberProgress next = new Reconciliation(
                        member.progress(),
                        change.target(member.id()),
                        change.targetEpoch(),
                        change.group()::partitionEpoch,
                        subscribed,
                        owned)
                .next(subscriptionChanged);
        ConsumerMember reconciled = member.with(next);
        change.updateProgress(reconciled);
        return reconciled;
    }
}
