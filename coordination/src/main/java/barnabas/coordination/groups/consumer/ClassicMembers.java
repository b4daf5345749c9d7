package barnabas.coordination.groups.consumer;

import barnabas.config.GroupsConfig;
import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.StorageErrors;
import barnabas.coordination.Ticket;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.classic.JoinGroup;
import barnabas.coordination.groups.classic.LeaveGroup;
import barnabas.coordination.groups.classic.SyncGroup;
import barnabas.coordination.groups.common.Subscriptions;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.group.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import barnabas.protocol.group.ConsumerGroupMemberMetadataValue.ClassicProtocol;
import barnabas.protocol.message.ConsumerProtocolSubscription;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.LeaveGroupRequest.MemberIdentity;
import barnabas.protocol.message.LeaveGroupResponse;
import barnabas.protocol.message.LeaveGroupResponse.MemberResponse;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Members of a consumer group that use the classic protocol: JoinGroup is a heartbeat that brings a subscription
/// and the owned partitions, SyncGroup fetches the assignment, and Heartbeat answers that the member must join
/// again when the assignment changed. No member waits for others, and there is no leader.
final class ClassicMembers {
    /// From this version on a dynamic member must come back with the id that it was given (KIP-394).
    private static final short MEMBER_ID_REQUIRED_VERSION = 4;

    private final ConsumerEnvironment environment;
    private final Departures departures;
    private final ConsumerHeartbeat heartbeat;
    private final Sessions sessions;

    ClassicMembers(ConsumerEnvironment environment, ConsumerHeartbeat heartbeat, Departures departures) {
        this.environment = environment;
        this.heartbeat = heartbeat;
        this.departures = departures;
        this.sessions = departures.sessions();
    }

    // ---- JoinGroup

    Decision join(ConsumerGroup group, JoinGroup.JoinRequest joining, Now now) {
        JoinGroupRequest request = joining.request();
        boolean isNew = request.memberId().isEmpty();
        String memberId = isNew ? environment.newMemberId() : request.memberId();
        ErrorCode invalid = check(group, memberId, request);
        if (invalid != ErrorCode.NONE) return joining.refuse(invalid);
        boolean idFirst = isNew
                && request.groupInstanceId() == null
                && joining.context().apiVersion() >= MEMBER_ID_REQUIRED_VERSION;
        if (idFirst) return joining.refuse(ErrorCode.MEMBER_ID_REQUIRED, memberId);
        // All protocols of a consumer come with the same subscription.
        ConsumerProtocolSubscription subscription =
                Subscriptions.read(request.protocols().get(0).metadata()).orElse(null);
        if (subscription == null) return joining.refuse(ErrorCode.UNKNOWN_SERVER_ERROR);
        var change = new GroupChange(group);
        String instanceId = request.groupInstanceId();
        ConsumerMember replaced = instanceId == null ? null : group.staticMember(instanceId);
        ConsumerMember member;
        if (instanceId == null || (replaced == null && isNew)) {
            ConsumerMember known = group.member(memberId);
            member = known == null ? ConsumerMember.joining(memberId) : known;
        } else if (replaced == null) {
            return joining.refuse(ErrorCode.UNKNOWN_MEMBER_ID);
        } else if (isNew) {
            member = ConsumerHeartbeat.takeOver(change, replaced, memberId);
        } else if (!replaced.id().equals(memberId)) {
            return joining.refuse(ErrorCode.FENCED_INSTANCE_ID);
        } else {
            member = replaced;
        }
        return joined(change, member, replaced, joining, subscription, now);
    }

    private ErrorCode check(ConsumerGroup group, String memberId, JoinGroupRequest request) {
        GroupsConfig.Consumer config = environment.consumer();
        if (config.migrationPolicy() == GroupsConfig.MigrationPolicy.DISABLED) {
            return ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
        }
        if (group.member(memberId) == null && group.size() >= config.sizeMax()) {
            return ErrorCode.GROUP_MAX_SIZE_REACHED;
        }
        if (JoinGroup.isOversized(request)) return ErrorCode.INVALID_REQUEST;
        if (!sessions.hasRoomFor(group, request.memberId(), JoinGroup.bytesOf(request)))
            return ErrorCode.COORDINATOR_NOT_AVAILABLE;
        boolean consumers = request.protocolType().equals(ClassicGroup.CONSUMER_PROTOCOL_TYPE);
        return consumers && hasCommonProtocol(group, request) ? ErrorCode.NONE : ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
    }

    /// One that all members of the classic protocol have: the group may have to go back to it.
    private static boolean hasCommonProtocol(ConsumerGroup group, JoinGroupRequest request) {
        var common = new HashSet<String>();
        for (var each : request.protocols()) common.add(each.name());
        for (ConsumerMember member : group.members()) {
            ClassicMemberMetadata classic = member.details().classic();
            if (classic == null) continue;
            var names = new HashSet<String>();
            for (ClassicProtocol each : classic.supportedProtocols()) names.add(each.name());
            common.retainAll(names);
        }
        return !common.isEmpty();
    }

    private Decision joined(
            GroupChange change,
            ConsumerMember member,
            @Nullable ConsumerMember replaced,
            JoinGroup.JoinRequest joining,
            ConsumerProtocolSubscription subscription,
            Now now) {
        ConsumerGroup group = change.group();
        ConsumerMember updated = member.with(details(member.details(), joining, subscription));
        change.updateDetails(updated);
        // The last member of the consumer protocol has come back as one of the classic protocol.
        boolean isLast = replaced != null && !replaced.isClassic() && departures.isDowngrade(change);
        ConsumerMember reconciled = reconciled(change, member, updated, subscription, isLast, now);
        JoinGroupResponse answer = JoinGroupResponse.builder()
                .generationId(reconciled.epoch())
                .protocolType(ClassicGroup.CONSUMER_PROTOCOL_TYPE)
                .protocolName(joining.request().protocols().get(0).name())
                .memberId(reconciled.id())
                .build();
        Function<ErrorCode, Decision> failed = error -> joining.refuse(StorageErrors.toResponse(error));
        if (isLast) {
            boolean outdated = change.targetEpoch() < change.epoch();
            return departures.downgrade(change, outdated, () -> Decision.answer(joining.ticket(), answer), failed, now);
        }
        return Decision.append(
                change.records(),
                () -> {
                    environment.seen(group.id(), environment.currentTopics());
                    if (replaced != null && !replaced.id().equals(reconciled.id())) {
                        sessions.forget(group, replaced.id());
                    }
                    sessions.joined(group, reconciled, joining.rebalanceTimeoutMillis(), now);
                    return Decision.answer(joining.ticket(), answer);
                },
                failed);
    }

    /// Brings the group up to date with the member and the member with the group, as a heartbeat does.
    private ConsumerMember reconciled(
            GroupChange change,
            ConsumerMember member,
            ConsumerMember updated,
            ConsumerProtocolSubscription subscription,
            boolean isLast,
            Now now) {
        TopicsView topics = environment.currentTopics();
        boolean namesChanged =
                !updated.details().topicNames().equals(member.details().topicNames());
        String groupId = change.group().id();
        // A classic group will have its own plan. If there is one for this generation the member can do with it,
        // otherwise it has an old generation now and joins again.
        if (isLast) heartbeat.settleEpoch(change, namesChanged, topics, now);
        if (isLast && change.targetEpoch() < change.epoch()) return updated;
        if (!isLast) heartbeat.settle(change, namesChanged, environment.assignmentIntervalMillis(groupId), topics, now);
        return heartbeat.reconcile(change, updated, namesChanged, owned(subscription, topics), topics);
    }

    private static MemberDetails details(
            MemberDetails before, JoinGroup.JoinRequest joining, ConsumerProtocolSubscription subscription) {
        JoinGroupRequest request = joining.request();
        return new MemberDetails(
                request.groupInstanceId() != null ? request.groupInstanceId() : before.instanceId(),
                subscription.rackId() != null ? subscription.rackId() : before.rackId(),
                joining.context().clientId(),
                joining.context().clientHost(),
                MemberDetails.sorted(subscription.topics()),
                "",
                request.rebalanceTimeoutMs() == -1 ? before.rebalanceTimeoutMillis() : request.rebalanceTimeoutMs(),
                before.serverAssignor(),
                Migration.classic(request.sessionTimeoutMs(), request.protocols()));
    }

    private static Map<Uuid, Set<Integer>> owned(ConsumerProtocolSubscription subscription, TopicsView topics) {
        var owned = new HashMap<Uuid, Set<Integer>>();
        for (var each : subscription.ownedPartitions()) {
            TopicsView.Topic topic = topics.byName(each.topic());
            if (topic != null) {
                owned.computeIfAbsent(topic.id(), any -> new HashSet<>()).addAll(each.partitions());
            }
        }
        return owned;
    }

    // ---- SyncGroup, Heartbeat

    Decision sync(ConsumerGroup group, Ticket<SyncGroupResponse> ticket, SyncGroupRequest request, Now now) {
        ErrorCode invalid = checkMember(group, request.memberId(), request.groupInstanceId(), request.generationId());
        ConsumerMember member = group.member(request.memberId());
        ClassicMemberMetadata classic = member == null ? null : member.details().classic();
        if (invalid != ErrorCode.NONE || member == null || classic == null) {
            return Decision.answer(ticket, SyncGroup.refusal(invalid));
        }
        ClassicProtocol first = classic.supportedProtocols().get(0);
        String type = request.protocolType();
        String name = request.protocolName();
        boolean same = (type == null || type.equals(ClassicGroup.CONSUMER_PROTOCOL_TYPE))
                && (name == null || name.equals(first.name()));
        if (!same) return Decision.answer(ticket, SyncGroup.refusal(ErrorCode.INCONSISTENT_GROUP_PROTOCOL));
        boolean outdated =
                group.targetEpoch() > member.epoch() && member.progress().state() != MemberState.UNREVOKED_PARTITIONS;
        if (outdated) {
            sessions.expectJoin(group, member, now);
            return Decision.answer(ticket, SyncGroup.refusal(ErrorCode.REBALANCE_IN_PROGRESS));
        }
        sessions.synced(group, member, now);
        return Decision.answer(
                ticket,
                SyncGroupResponse.builder()
                        .protocolType(type)
                        .protocolName(name)
                        .assignment(Migration.assignment(
                                member.progress().assigned().toAssignment(),
                                Migration.versionOf(first.metadata()),
                                environment.currentTopics()))
                        .build());
    }

    ErrorCode heartbeat(ConsumerGroup group, HeartbeatRequest request, Now now) {
        ErrorCode invalid = checkMember(group, request.memberId(), request.groupInstanceId(), request.generationId());
        ConsumerMember member = group.member(request.memberId());
        if (invalid != ErrorCode.NONE || member == null) return invalid;
        sessions.start(group, member, now);
        boolean mustJoin = member.epoch() < group.targetEpoch()
                || switch (member.progress().state()) {
                    case UNREVOKED_PARTITIONS -> true;
                    case UNRELEASED_PARTITIONS -> !waitsForOthers(group, member);
                    case STABLE, UNKNOWN -> false;
                };
        if (!mustJoin) return ErrorCode.NONE;
        sessions.expectJoin(group, member, now);
        return ErrorCode.REBALANCE_IN_PROGRESS;
    }

    private static boolean waitsForOthers(ConsumerGroup group, ConsumerMember member) {
        for (var topic : group.target(member.id()).topics().entrySet()) {
            for (int partition : topic.getValue()) {
                boolean has = member.progress().assigned().contains(topic.getKey(), partition);
                if (!has && group.partitionEpoch(topic.getKey(), partition) != ConsumerGroup.NOT_OWNED) return true;
            }
        }
        return false;
    }

    private static ErrorCode checkMember(
            ConsumerGroup group, String memberId, @Nullable String instanceId, int generation) {
        ConsumerMember member = instanceId == null ? group.member(memberId) : group.staticMember(instanceId);
        if (member == null) return ErrorCode.UNKNOWN_MEMBER_ID;
        if (!member.id().equals(memberId)) return ErrorCode.FENCED_INSTANCE_ID;
        if (!member.isClassic()) return ErrorCode.UNKNOWN_MEMBER_ID;
        return generation == member.epoch() ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
    }

    // ---- LeaveGroup

    Decision leave(ConsumerGroup group, Ticket<LeaveGroupResponse> ticket, LeaveGroupRequest request, Now now) {
        var results = new ArrayList<MemberResponse>();
        var leaving = new LinkedHashSet<String>();
        for (MemberIdentity identity : request.members()) {
            ConsumerMember member = find(group, identity);
            ErrorCode error = member == null ? unknown(group, identity) : ErrorCode.NONE;
            if (member != null) leaving.add(member.id());
            results.add(new MemberResponse(identity.memberId(), identity.groupInstanceId(), error.code()));
        }
        LeaveGroupResponse answer =
                LeaveGroupResponse.builder().members(List.copyOf(results)).build();
        if (leaving.isEmpty()) return Decision.answer(ticket, answer);
        return departures.remove(
                group,
                leaving,
                () -> Decision.answer(ticket, answer),
                error -> Decision.answer(ticket, LeaveGroup.refusal(StorageErrors.toResponse(error))),
                now);
    }

    /// An administrator may name a static member by its instance alone, whichever protocol it uses.
    private static @Nullable ConsumerMember find(ConsumerGroup group, MemberIdentity identity) {
        String instanceId = identity.groupInstanceId();
        if (instanceId == null) {
            ConsumerMember member = group.member(identity.memberId());
            return member != null && member.isClassic() ? member : null;
        }
        ConsumerMember member = group.staticMember(instanceId);
        if (member == null || identity.memberId().isEmpty()) return member;
        return member.id().equals(identity.memberId()) && member.isClassic() ? member : null;
    }

    private static ErrorCode unknown(ConsumerGroup group, MemberIdentity identity) {
        String instanceId = identity.groupInstanceId();
        ConsumerMember holder = instanceId == null ? null : group.staticMember(instanceId);
        return holder != null && !holder.id().equals(identity.memberId())
                ? ErrorCode.FENCED_INSTANCE_ID
                : ErrorCode.UNKNOWN_MEMBER_ID;
    }
}
