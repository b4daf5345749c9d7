package barnabas.coordination.groups.consumer;

import barnabas.config.GroupsConfig;
import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.RequestContext;
import barnabas.coordination.Ticket;
import barnabas.coordination.Timers;
import barnabas.coordination.groups.assignors.Assignor;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.classic.JoinGroup;
import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.coordination.groups.common.GroupRecords;
import barnabas.coordination.groups.common.StorageErrors;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.LeaveGroupResponse;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupResponse;
import java.util.ArrayList;
import java.util.Collection;
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

    private final Environment surroundings;
    private final Targets targets;
    private final ConsumerHeartbeat heartbeat;
    private final Sessions sessions;
    private final ClassicMembers classicMembers;

    /// Dependencies of the core.
    ///
    /// @param find the group as it is now; null when there is none of this kind
    /// @param handOver puts the classic group in place that a group of this kind has become
    public record Environment(
            Timers timers,
            Supplier<GroupsConfig> config,
            Function<String, GroupOverrides> overridesOf,
            Supplier<TopicsView> topics,
            RandomGenerator random,
            Function<String, @Nullable ConsumerGroup> find,
            HandOver handOver) {}

    /// Actions after a group has become a classic one again.
    public interface HandOver {
        /// The records are written.
        ///
        /// @param to with all that its members said, of which the log knows only a part
        /// @param rebalance whether the members have to find a new assignment
        Decision handOver(ConsumerGroup from, ClassicGroup to, boolean rebalance, Now now);
    }

    public ConsumerGroups(Environment surroundings) {
        this.surroundings = surroundings;
        this.targets = new Targets(configured(config().assignors()));
        this.heartbeat = new ConsumerHeartbeat(targets);
        this.sessions = new Sessions(surroundings.timers, surroundings.find, this::sessionTimeoutMillis, this::giveUp);
        this.classicMembers = new ClassicMembers(this, heartbeat, sessions);
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

    // ---- what is around

    GroupsConfig.Consumer config() {
        return surroundings.config.get().consumer();
    }

    TopicsView topics() {
        return surroundings.topics.get();
    }

    String newMemberId() {
        return Uuid.random(surroundings.random).toString();
    }

    private int sessionTimeoutMillis(String groupId) {
        GroupsConfig.Bounded range = config().sessionTimeoutMillis();
        return surroundings.overridesOf.apply(groupId).sessionTimeoutMillis().orElse(range.value());
    }

    private int heartbeatIntervalMillis(String groupId) {
        GroupsConfig.Bounded range = config().heartbeatIntervalMillis();
        return surroundings.overridesOf.apply(groupId).heartbeatIntervalMillis().orElse(range.value());
    }

    int assignmentIntervalMillis(String groupId) {
        GroupsConfig.Bounded range = config().assignmentIntervalMillis();
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

    /// The answer without a coordinator: a malformed heartbeat is refused as such, for a client that was told to look
    /// for another coordinator would look forever.
    public static ConsumerGroupHeartbeatResponse refusal(
            RequestContext context, ConsumerGroupHeartbeatRequest request, ErrorCode error) {
        Refusal malformed = HeartbeatShape.check(request, context.apiVersion());
        return malformed == null ? refusal(error, null) : refusal(malformed.error(), malformed.message());
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
        String memberId = request.memberId().isEmpty() ? newMemberId() : request.memberId();
        var change = new GroupChange(group, conversion);
        var beat = new ConsumerHeartbeat.Beat(
                context, request, memberId, config().sizeMax(), assignmentIntervalMillis(group.id()));
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
                            ConsumerMember known = group.member(memberId);
                            if (known != null) sessions.start(group, known, now);
                            return Decision.answer(ticket, refusal(StorageErrors.toResponse(error), null));
                        });
            }
        };
    }

    private Decision write(GroupChange change, Supplier<Decision> written, Function<ErrorCode, Decision> failed) {
        return Decision.append(change.records(), written, failed);
    }

    void seen(String groupId, TopicsView topics) {
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
                // A member that comes back starts at epoch 0 and may commit for all it then has.
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
        if (isDowngrade(change)) return downgrade(change, true, written, failed, now);
        change.bumpEpoch(MetadataHash.of(change.subscribedTopics(), surroundings.topics.get()));
        // No member is left to get an assignment.
        if (change.members().isEmpty()) change.reachTargetEpoch(0);
        return write(
                change,
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

    // ---- migration

    /// A member joins a classic group with the consumer protocol.
    ///
    /// @param handOver what else follows once the group is of this kind: the end of `from`
    public Decision upgrade(
            ClassicGroup from,
            Supplier<Decision> handOver,
            Ticket<ConsumerGroupHeartbeatResponse> ticket,
            RequestContext context,
            ConsumerGroupHeartbeatRequest request,
            Now now) {
        return switch (Migration.upgrade(from, config(), topics())) {
            case Migration.Upgrade.Refused(var message) ->
                refuse(ticket, new Refusal(ErrorCode.GROUP_ID_NOT_FOUND, message));
            case Migration.Upgrade.Ready(var group, var records) -> {
                LOG.info("group {}: from classic to consumer, {} joins", group.id(), context.clientId());
                Supplier<Decision> upgraded = () -> {
                    ConsumerGroup current = surroundings.find.apply(group.id());
                    if (current != null) {
                        for (ConsumerMember each : current.members()) {
                            if (each.isClassic()) sessions.start(current, each, now);
                        }
                    }
                    return handOver.get();
                };
                yield heartbeat(group, records, upgraded, ticket, context, request, now);
            }
        };
    }

    boolean isDowngrade(GroupChange change) {
        return Migration.isDowngrade(
                change.members(),
                config().migrationPolicy(),
                surroundings.config.get().classic().sizeMax());
    }

    /// The members that are left all speak the classic protocol.
    Decision downgrade(
            GroupChange change,
            boolean rebalance,
            Supplier<Decision> written,
            Function<ErrorCode, Decision> failed,
            Now now) {
        ConsumerGroup group = change.group();
        LOG.info("group {}: from consumer to classic", group.id());
        ClassicGroup classic = Migration.downgraded(change, topics(), now.millis());
        var records = new ArrayList<>(change.records());
        records.addAll(removal(group, change.members()));
        records.add(GroupRecords.classicGroup(group.id(), classic.toValue()));
        return Decision.append(
                records,
                () -> surroundings
                        .handOver
                        .handOver(group, classic, rebalance, now)
                        .and(written.get()),
                failed);
    }

    // ---- members of the classic protocol

    public Decision join(ConsumerGroup group, JoinGroup.JoinRequest joining, Now now) {
        return classicMembers.join(group, joining, now);
    }

    public Decision sync(ConsumerGroup group, Ticket<SyncGroupResponse> ticket, SyncGroupRequest request, Now now) {
        return classicMembers.sync(group, ticket, request, now);
    }

    public ErrorCode classicHeartbeat(ConsumerGroup group, HeartbeatRequest request, Now now) {
        return classicMembers.heartbeat(group, request, now);
    }

    public Decision classicLeave(
            ConsumerGroup group, Ticket<LeaveGroupResponse> ticket, LeaveGroupRequest request, Now now) {
        return classicMembers.leave(group, ticket, request, now);
    }

    // ---- the end

    /// The records that take the group out of the log.
    public static List<CoordinatorRecord> removal(ConsumerGroup group) {
        return removal(group, group.members());
    }

    private static List<CoordinatorRecord> removal(ConsumerGroup group, Collection<ConsumerMember> members) {
        var records = new ArrayList<CoordinatorRecord>();
        for (String regex : group.regexes().keySet()) records.add(GroupRecords.regexTombstone(group.id(), regex));
        for (ConsumerMember member : members) {
            records.add(GroupRecords.currentTombstone(group.id(), member.id()));
            records.add(GroupRecords.targetTombstone(group.id(), member.id()));
            records.add(GroupRecords.memberTombstone(group.id(), member.id()));
        }
        records.add(GroupRecords.targetEpochTombstone(group.id()));
        records.add(GroupRecords.partitionMetadataTombstone(group.id()));
        records.add(GroupRecords.groupEpochTombstone(group.id()));
        return records;
    }

    // ---- time-outs

    private void keepAlive(String groupId, ConsumerMember member, Now now) {
        ConsumerGroup group = surroundings.find.apply(groupId);
        if (group == null) return;
        sessions.start(group, member, now);
        sessions.watchRevocation(group, member, now);
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
                    sessions.start(group, member, now);
                    return Decision.nothing();
                },
                now);
    }

    /// A group that was just read from the log.
    public Decision loaded(ConsumerGroup group, Now now) {
        sessions.loaded(group, now);
        return Decision.nothing();
    }

    /// Nothing of the group may fire any more.
    public void disband(ConsumerGroup group) {
        sessions.disband(group);
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
