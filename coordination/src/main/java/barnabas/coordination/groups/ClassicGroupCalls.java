package barnabas.coordination.groups;

import barnabas.config.GroupsConfig;
import barnabas.coordination.Call;
import barnabas.coordination.RequestContext;
import barnabas.coordination.groups.classic.JoinGroup;
import barnabas.coordination.groups.classic.LeaveGroup;
import barnabas.coordination.groups.classic.SyncGroup;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DescribeGroupsRequest;
import barnabas.protocol.message.DescribeGroupsResponse;
import barnabas.protocol.message.DescribeGroupsResponse.DescribedGroup;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.HeartbeatResponse;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.LeaveGroupResponse;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Requests of the classic protocol, as a broker calls them: JoinGroup, SyncGroup, Heartbeat, LeaveGroup and
/// DescribeGroups (APIs 11 to 15). See [GroupCoordinator] for what holds for all calls.
public final class ClassicGroupCalls {
    /// Joining and syncing wait for other members as long as their rebalance timeout says, which may be days.
    private static final long REBALANCE_WAIT_MILLIS = Integer.MAX_VALUE;

    private static final short SINGLE_MEMBER_LEAVE_VERSION_MAX = 2;
    /// From this version on a SyncGroup says which protocol it is about (KIP-559).
    private static final short PROTOCOL_NEEDED_VERSION = 5;

    private final GroupCalls calls;
    private final Supplier<GroupsConfig> config;

    ClassicGroupCalls(GroupCalls calls, Supplier<GroupsConfig> config) {
        this.calls = calls;
        this.config = config;
    }

    public JoinGroupResponse join(RequestContext context, JoinGroupRequest request) {
        GroupsConfig.Classic limits = config.get().classic();
        String memberId = request.memberId(); // a refusal must not keep the request, whose metadata may be large
        ErrorCode invalid = request.groupId().isEmpty()
                ? ErrorCode.INVALID_GROUP_ID
                : request.sessionTimeoutMs() < limits.sessionTimeoutMillisMin()
                                || request.sessionTimeoutMs() > limits.sessionTimeoutMillisMax()
                        ? ErrorCode.INVALID_SESSION_TIMEOUT
                        : ErrorCode.NONE;
        return invalid != ErrorCode.NONE
                ? JoinGroup.refusal(invalid, request.memberId())
                : calls.ask(
                        request.groupId(),
                        REBALANCE_WAIT_MILLIS,
                        error -> JoinGroup.refusal(error, memberId),
                        ticket -> (shard, now) -> shard.classic().join(ticket, context, request, now));
    }

    public SyncGroupResponse sync(RequestContext context, SyncGroupRequest request) {
        boolean named = request.protocolType() != null && request.protocolName() != null;
        if (!named && context.apiVersion() >= PROTOCOL_NEEDED_VERSION) {
            return SyncGroup.refusal(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        }
        if (request.groupId().isEmpty()) return SyncGroup.refusal(ErrorCode.INVALID_GROUP_ID);
        return calls.ask(
                request.groupId(),
                REBALANCE_WAIT_MILLIS,
                // What the assignment was when the shard went away is for the next coordinator to say.
                error -> SyncGroup.refusal(
                        error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.REBALANCE_IN_PROGRESS : error),
                ticket -> (shard, now) -> shard.classic().sync(ticket, request, now));
    }

    public HeartbeatResponse heartbeat(RequestContext context, HeartbeatRequest request) {
        Call<HeartbeatResponse> call = Call.awaited(ClassicGroupCalls::heartbeatRefusal);
        submitHeartbeat(request, call);
        return calls.await(call);
    }

    /// Does not wait: `reply` is called exactly once, now or later, on the shard's thread, and must not block.
    public void heartbeat(RequestContext context, HeartbeatRequest request, Consumer<HeartbeatResponse> reply) {
        submitHeartbeat(request, Call.handedTo(reply, ClassicGroupCalls::heartbeatRefusal));
    }

    private void submitHeartbeat(HeartbeatRequest request, Call<HeartbeatResponse> call) {
        if (request.groupId().isEmpty()) {
            call.refuseNow(ErrorCode.INVALID_GROUP_ID);
        } else {
            calls.submit(
                    request.groupId(), call, (shard, now) -> shard.classic().heartbeat(call, request, now));
        }
    }

    /// No session can expire while a shard is loading, so members need not know.
    private static HeartbeatResponse heartbeatRefusal(ErrorCode error) {
        ErrorCode shown = error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.NONE : error;
        return new HeartbeatResponse(0, shown.code());
    }

    public LeaveGroupResponse leave(RequestContext context, LeaveGroupRequest request) {
        if (request.groupId().isEmpty()) return LeaveGroup.refusal(ErrorCode.INVALID_GROUP_ID);
        boolean single = context.apiVersion() <= SINGLE_MEMBER_LEAVE_VERSION_MAX;
        LeaveGroupRequest wanted = single
                ? request.toBuilder()
                        .members(List.of(new LeaveGroupRequest.MemberIdentity(request.memberId(), null, null)))
                        .build()
                : request;
        LeaveGroupResponse answer = calls.ask(
                request.groupId(),
                calls.commitWaitMillis(),
                LeaveGroup::refusal,
                ticket -> (shard, now) -> shard.classic().leave(ticket, wanted, now));
        if (!single || answer.members().isEmpty()) return answer;
        return LeaveGroupResponse.builder()
                .errorCode(answer.members().get(0).errorCode())
                .build();
    }

    public DescribeGroupsResponse describe(RequestContext context, DescribeGroupsRequest request) {
        List<DescribedGroup> groups =
                calls.askEach(request.groups(), groupId -> groupId, ClassicDescription::refusal, (shard, some) -> {
                    var found = new ArrayList<DescribedGroup>(some.size());
                    for (String each : some) found.add(shard.classic().describe(each, context.apiVersion()));
                    return found;
                });
        return DescribeGroupsResponse.builder().groups(groups).build();
    }
}
