package barnabas.coordination.groups;

import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.RequestContext;
import barnabas.coordination.StorageErrors;
import barnabas.coordination.Ticket;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.classic.ClassicRecords;
import barnabas.coordination.groups.classic.JoinGroup;
import barnabas.coordination.groups.classic.LeaveGroup;
import barnabas.coordination.groups.classic.SyncGroup;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DescribeGroupsResponse.DescribedGroup;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.HeartbeatResponse;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.LeaveGroupResponse;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupResponse;
import java.util.List;
import java.util.Map;

/// Requests of the classic protocol on one shard: routes each to the core of the kind that its group has.
final class ClassicFront {
    private final Map<String, Group> groups;
    private final GroupCores cores;

    /// @param groups all that the shard knows, by id
    ClassicFront(Map<String, Group> groups, GroupCores cores) {
        this.groups = groups;
        this.cores = cores;
    }

    Decision join(Ticket<JoinGroupResponse> ticket, RequestContext context, JoinGroupRequest request, Now now) {
        var joining = new JoinGroup.JoinRequest(ticket, context, request);
        Group group = groups.get(request.groupId());
        return switch (group) {
            case null -> create(joining, now);
            case Group.Classic(var known) -> cores.classic.join(known, joining, now);
            case Group.Consumer(var known) ->
                known.isEmpty() ? joinEmpty(group, joining, now) : cores.consumer.join(known, joining, now);
        };
    }

    /// A group is there once the log holds it, before it has a generation.
    private Decision create(JoinGroup.JoinRequest joining, Now now) {
        // Only a request without a member id can create a group.
        if (!joining.request().memberId().isEmpty()) return joining.refuse(ErrorCode.UNKNOWN_MEMBER_ID);
        if (!cores.hasRoomFor(joining.request().groupId())) return joining.refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        var created = new ClassicGroup(joining.request().groupId(), now.millis());
        return Decision.append(
                List.of(ClassicRecords.group(created.id(), created.toValue())),
                () -> join(joining.ticket(), joining.context(), joining.request(), now),
                error -> joining.refuse(StorageErrors.toResponse(error)));
    }

    /// Replaces a consumer group without members by a new classic group.
    private Decision joinEmpty(Group group, JoinGroup.JoinRequest joining, Now now) {
        if (!joining.request().memberId().isEmpty()) return joining.refuse(ErrorCode.UNKNOWN_MEMBER_ID);
        return Decision.append(
                group.removal(),
                () -> cores.disband(group, ErrorCode.UNKNOWN_MEMBER_ID)
                        .and(join(joining.ticket(), joining.context(), joining.request(), now)),
                error -> joining.refuse(StorageErrors.toResponse(error)));
    }

    Decision sync(Ticket<SyncGroupResponse> ticket, SyncGroupRequest request, Now now) {
        return switch (groups.get(request.groupId())) {
            case null -> Decision.answer(ticket, SyncGroup.refusal(ErrorCode.UNKNOWN_MEMBER_ID));
            case Group.Classic(var group) -> cores.classic.sync(group, ticket, request, now);
            case Group.Consumer(var group) -> cores.consumer.sync(group, ticket, request, now);
        };
    }

    Decision heartbeat(Ticket<HeartbeatResponse> ticket, HeartbeatRequest request, Now now) {
        ErrorCode error = switch (groups.get(request.groupId())) {
            case null -> ErrorCode.UNKNOWN_MEMBER_ID;
            case Group.Classic(var group) -> cores.classic.heartbeat(group, request, now);
            case Group.Consumer(var group) -> cores.consumer.classicHeartbeat(group, request, now);
        };
        return Decision.answer(ticket, new HeartbeatResponse(0, error.code()));
    }

    Decision leave(Ticket<LeaveGroupResponse> ticket, LeaveGroupRequest request, Now now) {
        return switch (groups.get(request.groupId())) {
            case null -> Decision.answer(ticket, LeaveGroup.nobodyKnown(request));
            case Group.Classic(var group) -> cores.classic.leave(group, ticket, request, now);
            case Group.Consumer(var group) -> cores.consumer.classicLeave(group, ticket, request, now);
        };
    }

    DescribedGroup describe(String groupId, short apiVersion) {
        return switch (groups.get(groupId)) {
            case null -> ClassicDescription.missing(groupId, "Group " + groupId + " not found.", apiVersion);
            case Group.Classic(var group) -> ClassicDescription.of(group);
            case Group.Consumer(var group) ->
                ClassicDescription.missing(groupId, "Group " + groupId + " is not a classic group.", apiVersion);
        };
    }
}
