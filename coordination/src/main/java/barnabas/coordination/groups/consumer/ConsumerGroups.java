package barnabas.coordination.groups.consumer;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.RequestContext;
import barnabas.coordination.StorageErrors;
import barnabas.coordination.Ticket;
import barnabas.coordination.groups.assignors.Assignor;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.classic.JoinGroup;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.coordination.groups.consumer.HeartbeatAnswers.Refusal;
import barnabas.coordination.groups.consumer.Regexes.Sight;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.LeaveGroupResponse;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The core for consumer groups: everything that can happen to one, under one name. Owner: a shard, for all its
/// groups.
public final class ConsumerGroups {
    private static final Logger LOG = LoggerFactory.getLogger(ConsumerGroups.class);

    private final ConsumerEnvironment environment;
    private final Targets targets;
    private final ConsumerHeartbeat heartbeat;
    private final Departures departures;
    private final Sessions sessions;
    private final ClassicMembers classicMembers;

    public ConsumerGroups(ConsumerEnvironment environment) {
        this.environment = environment;
        this.targets = new Targets(configured(environment.consumer().assignors()));
        this.heartbeat = new ConsumerHeartbeat(targets);
        this.departures = new Departures(environment);
        this.sessions = departures.sessions();
        this.classicMembers = new ClassicMembers(environment, heartbeat, departures);
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

    // ---- heartbeats

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
        String memberId = request.memberId().isEmpty() ? environment.newMemberId() : request.memberId();
        if (!sessions.hasRoomFor(group, memberId, MemberDetails.memoryBytes(context, request, memberId)))
            return Decision.answer(ticket, HeartbeatAnswers.refusal(ErrorCode.COORDINATOR_NOT_AVAILABLE, null));
        var change = new GroupChange(group, conversion);
        var beat = new ConsumerHeartbeat.Beat(
                context,
                request,
                memberId,
                environment.consumer().sizeMax(),
                environment.assignmentIntervalMillis(group.id()));
        TopicsView topics = environment.currentTopics();
        return switch (heartbeat.serve(change, beat, topics, now)) {
            case ConsumerHeartbeat.Outcome.Refused(var refusal) -> HeartbeatAnswers.refuse(ticket, refusal);
            case ConsumerHeartbeat.Outcome.Served(var member, boolean assignmentChanged) -> {
                var answer = HeartbeatAnswers.served(
                        member, environment.heartbeatIntervalMillis(group.id()), assignmentChanged);
                yield Decision.append(
                        change.records(),
                        () -> {
                            environment.seen(group.id(), topics);
                            keepAlive(group.id(), member, change.sights(), now);
                            return Decision.answer(ticket, answer).and(converted.get());
                        },
                        error -> {
                            // Restart the session although the append failed: the member is alive.
                            ConsumerMember known = group.member(memberId);
                            if (known != null) sessions.start(group, known, now);
                            return Decision.answer(
                                    ticket, HeartbeatAnswers.refusal(StorageErrors.toResponse(error), null));
                        });
            }
        };
    }

    /// A member goes (-1), or a static one goes and may come back (-2).
    public Decision leave(
            ConsumerGroup group,
            Ticket<ConsumerGroupHeartbeatResponse> ticket,
            ConsumerGroupHeartbeatRequest request,
            Now now) {
        return departures.leave(group, ticket, request, now);
    }

    /// Tombstones for all records of the group.
    public static List<CoordinatorRecord> removal(ConsumerGroup group) {
        return Departures.removal(group);
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
        return switch (Migration.upgrade(from, environment.consumer(), environment.currentTopics())) {
            case Migration.Upgrade.Refused(var message) ->
                HeartbeatAnswers.refuse(ticket, new Refusal(ErrorCode.GROUP_ID_NOT_FOUND, message));
            case Migration.Upgrade.Ready(var group, var records) -> {
                LOG.info("group {}: from classic to consumer, {} joins", group.id(), context.clientId());
                Supplier<Decision> upgraded = () -> {
                    ConsumerGroup current = environment.find().apply(group.id());
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

    // ---- time-outs

    private void keepAlive(String groupId, ConsumerMember member, Map<String, Sight> sights, Now now) {
        ConsumerGroup group = environment.find().apply(groupId);
        if (group == null) return;
        group.sights.putAll(sights);
        sessions.start(group, member, now);
        sessions.watchRevocation(group, member, now);
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
        return refusal == null ? null : HeartbeatAnswers.refusal(refusal.error(), refusal.message());
    }

    public ConsumerGroupDescribeResponse.DescribedGroup describe(ConsumerGroup group) {
        return ConsumerDescription.of(group, targets.preferredBy(group.members()), environment.currentTopics());
    }
}
