package barnabas.coordination.groups.classic;

import barnabas.config.GroupsConfig;
import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.Reply;
import barnabas.coordination.Ticket;
import barnabas.coordination.Timers;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.LeaveGroupResponse;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupResponse;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// The core for classic groups: everything that can happen to one, under one name.
public final class ClassicGroups {
    private final Rebalance rebalance;
    private final JoinGroup joinGroup;
    private final SyncGroup syncGroup;
    private final Heartbeat heartbeat;
    private final LeaveGroup leaveGroup;

    public ClassicGroups(
            Timers timers, Supplier<GroupsConfig.Classic> config, GroupMemory memory, RandomGenerator random) {
        this.rebalance = new Rebalance(timers, config, memory);
        this.joinGroup = new JoinGroup(rebalance, random);
        this.syncGroup = new SyncGroup(rebalance);
        this.heartbeat = new Heartbeat(rebalance);
        this.leaveGroup = new LeaveGroup(rebalance);
    }

    public Decision join(ClassicGroup group, JoinGroup.JoinRequest joining, Now now) {
        return joinGroup.join(group, joining, now);
    }

    public Decision sync(ClassicGroup group, Ticket<SyncGroupResponse> ticket, SyncGroupRequest request, Now now) {
        return syncGroup.sync(group, ticket, request, now);
    }

    public ErrorCode heartbeat(ClassicGroup group, HeartbeatRequest request, Now now) {
        return heartbeat.heartbeat(group, request, now);
    }

    public Decision leave(ClassicGroup group, Ticket<LeaveGroupResponse> ticket, LeaveGroupRequest request, Now now) {
        return leaveGroup.leave(group, ticket, request, now);
    }

    /// A commit shows that the member is alive, except while its next generation waits for the sync.
    public void keepAliveByCommit(ClassicGroup group, String memberId, Now now) {
        ClassicMember member = group.member(memberId);
        boolean counts = group.state() == ClassicState.STABLE || group.state() == ClassicState.PREPARING_REBALANCE;
        if (member != null && counts) rebalance.keepAlive(group, member, now);
    }

    public Decision loaded(ClassicGroup group, Now now) {
        return rebalance.loaded(group, now);
    }

    /// A group that was a consumer group until now.
    ///
    /// @param prepare whether its members have to find a new assignment
    public Decision takenOver(ClassicGroup group, boolean prepare, Now now) {
        for (ClassicMember member : group.members()) rebalance.keepAlive(group, member, now);
        return prepare ? rebalance.prepare(group, "it was a consumer group", now) : Decision.nothing();
    }

    public List<Reply<?>> disband(ClassicGroup group, ErrorCode error) {
        return rebalance.disband(group, error);
    }
}
