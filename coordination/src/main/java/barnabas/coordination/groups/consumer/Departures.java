package barnabas.coordination.groups.consumer;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.StorageErrors;
import barnabas.coordination.Ticket;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.classic.ClassicRecords;
import barnabas.coordination.groups.consumer.HeartbeatAnswers.Refusal;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends of memberships: members that leave, let a deadline pass or are taken out, and the conversion to a classic group
/// when only members of the classic protocol are left.
final class Departures {
    private static final Logger LOG = LoggerFactory.getLogger(Departures.class);

    private final ConsumerEnvironment environment;
    private final Sessions sessions;

    Departures(ConsumerEnvironment environment) {
        this.environment = environment;
        this.sessions = new Sessions(
                environment.timers(),
                environment.memory(),
                environment.find(),
                environment::sessionTimeoutMillis,
                this::giveUp);
    }

    /// The time-outs whose end is a departure.
    Sessions sessions() {
        return sessions;
    }

    /// A member goes (-1), or a static one goes and may come back (-2).
    Decision leave(
            ConsumerGroup group,
            Ticket<ConsumerGroupHeartbeatResponse> ticket,
            ConsumerGroupHeartbeatRequest request,
            Now now) {
        String instanceId = request.instanceId();
        ConsumerMember member;
        if (instanceId == null) {
            member = group.member(request.memberId());
            if (member == null) {
                return HeartbeatAnswers.refuse(
                        ticket,
                        new Refusal(
                                ErrorCode.UNKNOWN_MEMBER_ID,
                                "Member " + request.memberId() + " is not a member of group " + group.id() + "."));
            }
        } else {
            member = group.staticMember(instanceId);
            if (member == null) {
                return HeartbeatAnswers.refuse(
                        ticket, new Refusal(ErrorCode.UNKNOWN_MEMBER_ID, "Instance id " + instanceId + " is unknown."));
            }
            if (!member.id().equals(request.memberId())) {
                return HeartbeatAnswers.refuse(
                        ticket,
                        new Refusal(
                                ErrorCode.FENCED_INSTANCE_ID,
                                "Static member " + request.memberId() + " with instance id " + instanceId
                                        + " was fenced by member " + member.id() + "."));
            }
        }
        var answer = ConsumerGroupHeartbeatResponse.builder()
                .memberId(request.memberId())
                .memberEpoch(request.memberEpoch())
                .build();
        boolean mayComeBack = instanceId != null && request.memberEpoch() == ConsumerMember.AWAY_EPOCH;
        LOG.info("group {}: {} leaves{}", group.id(), member.id(), mayComeBack ? " and may come back" : "");
        Function<ErrorCode, Decision> failed =
                error -> Decision.answer(ticket, HeartbeatAnswers.refusal(StorageErrors.toResponse(error), null));
        if (!mayComeBack) {
            return remove(group, Set.of(member.id()), () -> Decision.answer(ticket, answer), failed, now);
        }
        var change = new GroupChange(group);
        MemberProgress progress = member.progress();
        change.writeProgress(member.with(new MemberProgress(
                ConsumerMember.AWAY_EPOCH,
                progress.previousEpoch(),
                progress.state(),
                // A member that comes back starts at epoch 0 and may commit for all it then has.
                progress.assigned().since(0),
                OwnedPartitions.NONE)));
        return Decision.append(change.records(), () -> Decision.answer(ticket, answer), failed);
    }

    /// Takes members out of the group; the others get what they had.
    Decision remove(
            ConsumerGroup group,
            Set<String> memberIds,
            Supplier<Decision> written,
            Function<ErrorCode, Decision> failed,
            Now now) {
        var change = new GroupChange(group);
        for (String memberId : memberIds) {
            ConsumerMember member = group.member(memberId);
            if (member != null) remove(change, member);
        }
        if (isDowngrade(change)) return downgrade(change, true, written, failed, now);
        change.bumpEpoch(MetadataHash.of(change.subscribedTopics(), environment.currentTopics()));
        // No member is left to assign anything to.
        if (change.members().isEmpty()) change.reachTargetEpoch(0);
        return Decision.append(
                change.records(),
                () -> {
                    for (String memberId : memberIds) sessions.forget(group, memberId);
                    return written.get();
                },
                failed);
    }

    private static void remove(GroupChange change, ConsumerMember member) {
        change.remove(member);
        String regex = member.details().regex();
        if (regex != null && !regex.isEmpty() && change.subscribersOf(regex) == 0 && change.regex(regex) != null) {
            change.forget(regex);
        }
    }

    boolean isDowngrade(GroupChange change) {
        return Migration.isDowngrade(
                change.members(),
                environment.consumer().migrationPolicy(),
                environment.config().get().classic().sizeMax());
    }

    /// The remaining members all use the classic protocol.
    Decision downgrade(
            GroupChange change,
            boolean rebalance,
            Supplier<Decision> written,
            Function<ErrorCode, Decision> failed,
            Now now) {
        ConsumerGroup group = change.group();
        LOG.info("group {}: from consumer to classic", group.id());
        ClassicGroup classic = Migration.downgraded(change, environment.currentTopics(), now.millis());
        var records = new ArrayList<>(change.records());
        records.addAll(removal(group, change.members()));
        records.add(ClassicRecords.group(group.id(), classic.toValue()));
        return Decision.append(
                records,
                () -> environment
                        .handOver()
                        .handOver(group, classic, rebalance, now)
                        .and(written.get()),
                failed);
    }

    /// The records that take the group out of the log.
    static List<CoordinatorRecord> removal(ConsumerGroup group) {
        return removal(group, group.members());
    }

    private static List<CoordinatorRecord> removal(ConsumerGroup group, Collection<ConsumerMember> members) {
        var records = new ArrayList<CoordinatorRecord>();
        for (String regex : group.regexes().keySet()) records.add(ConsumerRecords.regexTombstone(group.id(), regex));
        for (ConsumerMember member : members) {
            records.add(ConsumerRecords.currentTombstone(group.id(), member.id()));
            records.add(ConsumerRecords.targetTombstone(group.id(), member.id()));
            records.add(ConsumerRecords.memberTombstone(group.id(), member.id()));
        }
        records.add(ConsumerRecords.targetEpochTombstone(group.id()));
        records.add(ConsumerRecords.partitionMetadataTombstone(group.id()));
        records.add(ConsumerRecords.groupEpochTombstone(group.id()));
        return records;
    }

    private Decision giveUp(String groupId, String memberId, String why, Now now) {
        ConsumerGroup group = environment.find().apply(groupId);
        ConsumerMember member = group == null ? null : group.member(memberId);
        if (group == null || member == null) return Decision.nothing();
        LOG.info("group {}: {} is removed, {}", groupId, memberId, why);
        return remove(
                group,
                Set.of(memberId),
                Decision::nothing,
                // The log does not take it now: its session is over, but the next time-out will have to say so.
                error -> {
                    sessions.start(group, member, now);
                    return Decision.nothing();
                },
                now);
    }
}
