package barnabas.coordination.groups.consumer;

import barnabas.config.GroupsConfig;
import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.RequestContext;
import barnabas.coordination.Ticket;
import barnabas.coordination.Timers;
import barnabas.coordination.groups.assignors.Assignor;
import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.coordination.groups.common.GroupRecords;
import barnabas.coordination.groups.common.StorageErrors;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.coordination.groups.consumer.ConsumerGroup.Revocation;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The core for consumer groups: everything that can happen to one, under one name. Owner: a shard, for all its
/// groups.
public final class ConsumerGroups {
    private static final Logger LOG = LoggerFactory.getLogger(ConsumerGroups.class);

    private final Surroundings surroundings;
    private final Targets targets;
    private final ConsumerHeartbeat heartbeat;

    /// What the core is given.
    ///
    /// @param find the group as it is now; null when there is none of this kind
    public record Surroundings(
            Timers timers,
            Supplier<GroupsConfig.Consumer> config,
            Function<String, GroupOverrides> overridesOf,
            Supplier<TopicsView> topics,
            RandomGenerator random,
            Function<String, @Nullable ConsumerGroup> find) {}

    public ConsumerGroups(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.targets = new Targets(configured(surroundings.config.get().assignors()));
        this.heartbeat = new ConsumerHeartbeat(targets);
    }

    /// Built-in assignors by name, or by the name of Kafka's class; those that only Kafka could load are left
    /// out.
    private static List<Assignor> configured(List<String> names) {
        var chosen = new ArrayList<Assignor>();
        for (String name : names) {
            String simple = name.substring(name.lastIndexOf('.') + 1);
            for (Assignor each : Assignor.all()) {
                boolean same =
                        each.name().equalsIgnoreCase(simple) || (each.name() + "Assignor").equalsIgnoreCase(simple);
                if (same && !chosen.contains(each)) chosen.add(each);
            }
        }
        return chosen.isEmpty() ? Assignor.all() : chosen;
    }

    // ---- configuration

    private int sessionTimeoutMillis(String groupId) {
        GroupsConfig.Bounded range = surroundings.config.get().sessionTimeoutMillis();
        return surroundings.overridesOf.apply(groupId).sessionTimeoutMillis().orElse(range.value());
    }

    private int heartbeatIntervalMillis(String groupId) {
        GroupsConfig.Bounded range = surroundings.config.get().heartbeatIntervalMillis();
        return surroundings.overridesOf.apply(groupId).heartbeatIntervalMillis().orElse(range.value());
    }

    private int assignmentIntervalMillis(String groupId) {
        GroupsConfig.Bounded range = surroundings.config.get().assignmentIntervalMillis();
        return surroundings
                .overridesOf
                .apply(groupId)
                .assignmentIntervalMillis()
                .orElse(range.value());
    }

    // ---- heartbeats

    public static ConsumerGroupHeartbeatResponse refusal(ErrorCode error, @Nullable String message) {
        return ConsumerGroupHeartbeatResponse.builder()
                .errorCode(error.code())
                .errorMessage(message)
                .build();
    }

    private static Decision refuse(Ticket<ConsumerGroupHeartbeatResponse> ticket, Refusal refusal) {
        return Decision.answer(ticket, refusal(refusal.error(), refusal.message()));
    }

    /// A member joins or stays.
    ///
    /// @param group to be changed; one that does not exist yet is empty
    /// @param conversion records that turn whatever has the group's id now into `group`
    /// @param converted what else follows once they are written
    public Decision heartbeat(
            ConsumerGroup group,
            List<CoordinatorRecord> conversion,
            Supplier<Decision> converted,
            Ticket<ConsumerGroupHeartbeatResponse> ticket,
            RequestContext context,
            ConsumerGroupHeartbeatRequest request,
            Now now) {
        String memberId =
                request.memberId().isEmpty() ? Uuid.random(surroundings.random).toString() : request.memberId();
        var change = new GroupChange(group, conversion);
        var beat = new ConsumerHeartbeat.Beat(
                context, request, memberId, surroundings.config.get().sizeMax(), assignmentIntervalMillis(group.id()));
        TopicsView topics = surroundings.topics.get();
        return switch (heartbeat.serve(change, beat, topics, now)) {
            case ConsumerHeartbeat.Outcome.Refused(var refusal) -> refuse(ticket, refusal);
            case ConsumerHeartbeat.Outcome.Served(var member, boolean assignmentChanged) -> {
                var answer = answer(group.id(), member, assignmentChanged);
                yield write(
                        change,
                        () -> {
                            seen(group.id(), topics);
                            keepAlive(group.id(), member, now);
                            return Decision.answer(ticket, answer).and(converted.get());
                        },
                        error -> {
                            // It was heard of all the same.
                            if (group.member(memberId) != null) {
                                startSession(group, memberId, sessionTimeoutMillis(group.id()), now);
                            }
                            return Decision.answer(ticket, refusal(StorageErrors.toResponse(error), null));
                        });
            }
        };
    }

    private Decision write(GroupChange change, Supplier<Decision> written, Function<ErrorCode, Decision> failed) {
        return Decision.append(change.records(), written, failed);
    }

    private void seen(String groupId, TopicsView topics) {
        ConsumerGroup group = surroundings.find.apply(groupId);
        if (group != null) group.seenTopicsVersion = topics.version();
    }

    private ConsumerGroupHeartbeatResponse answer(String groupId, ConsumerMember member, boolean withAssignment) {
        var answer = ConsumerGroupHeartbeatResponse.builder()
                .memberId(member.id())
                .memberEpoch(member.epoch())
                .heartbeatIntervalMs(heartbeatIntervalMillis(groupId));
        if (withAssignment) {
            var partitions = new ArrayList<ConsumerGroupHeartbeatResponse.TopicPartitions>();
            member.progress()
                    .assigned()
                    .topics()
                    .forEach((topic, numbers) -> partitions.add(
                            new ConsumerGroupHeartbeatResponse.TopicPartitions(topic, List.copyOf(numbers.keySet()))));
            answer.assignment(new ConsumerGroupHeartbeatResponse.Assignment(partitions));
        }
        return answer.build();
    }

    // ---- leaving

    /// A member goes (-1), or a static one goes and may come back (-2).
    public Decision leave(
            ConsumerGroup group,
            Ticket<ConsumerGroupHeartbeatResponse> ticket,
            ConsumerGroupHeartbeatRequest request,
            Now now) {
        String instanceId = request.instanceId();
        ConsumerMember member;
        if (instanceId == null) {
            member = group.member(request.memberId());
            if (member == null) {
                return refuse(
                        ticket,
                        new Refusal(
                                ErrorCode.UNKNOWN_MEMBER_ID,
                                "Member " + request.memberId() + " is not a member of group " + group.id() + "."));
            }
        } else {
            member = group.staticMember(instanceId);
            if (member == null) {
                return refuse(
                        ticket, new Refusal(ErrorCode.UNKNOWN_MEMBER_ID, "Instance id " + instanceId + " is unknown."));
            }
            if (!member.id().equals(request.memberId())) {
                return refuse(
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
                error -> Decision.answer(ticket, refusal(StorageErrors.toResponse(error), null));
        if (!mayComeBack) {
            return remove(group, Set.of(member.id()), () -> Decision.answer(ticket, answer), failed, now);
        }
        var change = new GroupChange(group);
        MemberProgress progress = member.progress();
        change.writeProgress(member.with(new MemberProgress(
                ConsumerMember.AWAY_EPOCH,
                progress.previousEpoch(),
                progress.state(),
                // Whoever comes back starts at epoch 0 and may commit for all it then has.
                progress.assigned().since(0),
                OwnedPartitions.NONE)));
        return write(change, () -> Decision.answer(ticket, answer), failed);
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
        change.bumpEpoch(MetadataHash.of(change.subscribedTopics(), surroundings.topics.get()));
        // Nobody is left to be given anything.
        if (change.members().isEmpty()) change.reachTargetEpoch(0);
        return write(
                change,
                () -> {
                    for (String memberId : memberIds) forgetTimers(group, memberId);
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

    /// The records that take the group out of the log. It must be empty.
    public static List<CoordinatorRecord> removal(ConsumerGroup group) {
        var records = new ArrayList<CoordinatorRecord>();
        for (String regex : group.regexes().keySet()) records.add(GroupRecords.regexTombstone(group.id(), regex));
        for (ConsumerMember member : group.members()) {
            records.add(GroupRecords.currentTombstone(group.id(), member.id()));
            records.add(GroupRecords.targetTombstone(group.id(), member.id()));
            records.add(GroupRecords.memberTombstone(group.id(), member.id()));
        }
        records.add(GroupRecords.targetEpochTombstone(group.id()));
        records.add(GroupRecords.partitionMetadataTombstone(group.id()));
        records.add(GroupRecords.groupEpochTombstone(group.id()));
        return records;
    }

    // ---- sessions

    private void keepAlive(String groupId, ConsumerMember member, Now now) {
        ConsumerGroup group = surroundings.find.apply(groupId);
        if (group == null) return;
        startSession(group, member.id(), sessionTimeoutMillis(groupId), now);
        watchRevocation(group, member, now);
    }

    void startSession(ConsumerGroup group, String memberId, int timeoutMillis, Now now) {
        long deadline = now.ticks() + timeoutMillis;
        Timers.Timer pending = group.sessions.get(memberId);
        if (pending != null && pending.isActive()) {
            surroundings.timers.move(pending, deadline);
        } else {
            String groupId = group.id();
            group.sessions.put(
                    memberId,
                    surroundings.timers.schedule(
                            deadline, then -> giveUp(groupId, memberId, "it did not send heartbeats", then)));
        }
    }

    /// A member that is asked to give partitions up has its rebalance timeout to do so, from when it was last
    /// asked.
    void watchRevocation(ConsumerGroup group, ConsumerMember member, Now now) {
        String memberId = member.id();
        boolean revoking = member.progress().state() == MemberState.UNREVOKED_PARTITIONS;
        Revocation pending = group.revocations.get(memberId);
        boolean asked = pending == null || !pending.progress().equals(member.progress());
        if (pending != null && (asked || !revoking)) {
            surroundings.timers.cancel(pending.timer());
            group.revocations.remove(memberId);
        }
        if (revoking && asked) {
            String groupId = group.id();
            int epoch = member.epoch();
            Timers.Timer timer =
                    surroundings.timers.schedule(now.ticks() + member.details().rebalanceTimeoutMillis(), then -> {
                        ConsumerGroup current = surroundings.find.apply(groupId);
                        ConsumerMember late = current == null ? null : current.member(memberId);
                        boolean still = late != null
                                && late.epoch() == epoch
                                && late.progress().state() == MemberState.UNREVOKED_PARTITIONS;
                        return still
                                ? giveUp(groupId, memberId, "it did not give up partitions in time", then)
                                : Decision.nothing();
                    });
            group.revocations.put(memberId, new Revocation(member.progress(), timer));
        }
    }

    private Decision giveUp(String groupId, String memberId, String why, Now now) {
        ConsumerGroup group = surroundings.find.apply(groupId);
        ConsumerMember member = group == null ? null : group.member(memberId);
        if (group == null || member == null) return Decision.nothing();
        LOG.info("group {}: {} is removed, {}", groupId, memberId, why);
        return remove(
                group,
                Set.of(memberId),
                Decision::nothing,
                // The log does not take it now: its session is over, but the next time-out will have to say so.
                error -> {
                    startSession(group, memberId, sessionTimeoutMillis(groupId), now);
                    return Decision.nothing();
                },
                now);
    }

    private void forgetTimers(ConsumerGroup group, String memberId) {
        surroundings.timers.cancel(group.sessions.remove(memberId));
        Revocation revocation = group.revocations.remove(memberId);
        if (revocation != null) surroundings.timers.cancel(revocation.timer());
    }

    /// A group that was just read from the log: its members have a session timeout to show up.
    public Decision loaded(ConsumerGroup group, Now now) {
        for (ConsumerMember member : group.members()) {
            startSession(group, member.id(), sessionTimeoutMillis(group.id()), now);
            watchRevocation(group, member, now);
        }
        return Decision.nothing();
    }

    /// Nothing of the group may fire any more.
    public void disband(ConsumerGroup group) {
        for (Timers.Timer each : group.sessions.values()) surroundings.timers.cancel(each);
        for (Revocation each : group.revocations.values()) surroundings.timers.cancel(each.timer());
        group.sessions.clear();
        group.revocations.clear();
    }

    // ---- checks

    /// Null when a heartbeat is well-formed.
    public @Nullable ConsumerGroupHeartbeatResponse malformed(
            RequestContext context, ConsumerGroupHeartbeatRequest request) {
        Refusal refusal = HeartbeatShape.check(request, context.apiVersion(), targets.names());
        return refusal == null ? null : refusal(refusal.error(), refusal.message());
    }

    public barnabas.protocol.message.ConsumerGroupDescribeResponse.DescribedGroup describe(ConsumerGroup group) {
        return ConsumerDescription.of(group, targets.preferredBy(group.members()), surroundings.topics.get());
    }
}
