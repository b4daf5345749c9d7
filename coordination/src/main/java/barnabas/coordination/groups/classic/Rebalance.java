package barnabas.coordination.groups.classic;

import barnabas.config.GroupsConfig;
import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.Reply;
import barnabas.coordination.Ticket;
import barnabas.coordination.Timers;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.JoinGroupResponse.JoinGroupResponseMember;
import barnabas.protocol.message.SyncGroupResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves classic groups through their phases, and removes members whose session expired. Owner: a shard, for all
/// its groups.
public final class Rebalance {
    private static final Logger LOG = LoggerFactory.getLogger(Rebalance.class);

    /// A member that joined for the first time cannot send heartbeats, and the end of its connection is not
    /// noticed. It is removed after this time, so that clients which time out and join again do not pile up.
    static final int NEW_MEMBER_JOIN_TIMEOUT_MILLIS = 300_000;

    private final Timers timers;
    private final Supplier<GroupsConfig.Classic> config;
    private final GroupMemory memory;

    public Rebalance(Timers timers, Supplier<GroupsConfig.Classic> config, GroupMemory memory) {
        this.timers = timers;
        this.memory = memory;
        this.config = config;
    }

    GroupsConfig.Classic config() {
        return config.get();
    }

    GroupMemory memory() {
        return memory;
    }

    // ---- sessions

    /// The member sent a request: its session starts again.
    public void keepAlive(ClassicGroup group, ClassicMember member, Now now) {
        keepAlive(group, member, member.sessionTimeoutMillis, now);
    }

    void keepAlive(ClassicGroup group, ClassicMember member, int timeoutMillis, Now now) {
        long deadline = now.ticks() + timeoutMillis;
        if (member.session != null && member.session.isActive()) timers.move(member.session, deadline);
        else member.session = timers.schedule(deadline, then -> sessionExpired(group, member, then));
    }

    private Decision sessionExpired(ClassicGroup group, ClassicMember member, Now now) {
        // A member that waits in the join or sync phase is alive; its session goes on when the phase ends.
        boolean waiting = member.isAwaitingJoin() || member.awaitingSync != null;
        if (waiting && !member.isNew) return Decision.nothing();
        return removeAndGoOn(group, member, "member " + member.id() + " did not send heartbeats", now);
    }

    /// Hands out an id that has to join within the session timeout.
    void expectJoin(ClassicGroup group, String memberId, int timeoutMillis, Now now) {
        var timer = timers.schedule(now.ticks() + timeoutMillis, then -> pendingExpired(group, memberId, then));
        var charge = memory.take(GroupMemory.MEMBER_BYTES + memberId.length());
        group.pendingJoins.put(memberId, new ClassicGroup.Pending(timer, charge));
    }

    private Decision pendingExpired(ClassicGroup group, String memberId, Now now) {
        endPending(group.pendingJoins.remove(memberId));
        if (group.state() == ClassicState.PREPARING_REBALANCE && group.allHaveJoined()) {
            // Even if the group still waited for more members: one that it had promised a place did not come.
            return completeJoin(group, now);
        }
        return Decision.nothing();
    }

    private void endPending(ClassicGroup.@Nullable Pending pending) {
        if (pending == null) return;
        timers.cancel(pending.timer());
        pending.charge().giveBack();
    }

    /// The pending member times out.
    Decision forgetPending(ClassicGroup group, String memberId, Now now) {
        endPending(group.pendingJoins.remove(memberId));
        return completeJoinIfAllAreIn(group, now);
    }

    void joined(ClassicGroup group, String memberId) {
        endPending(group.pendingJoins.remove(memberId));
    }

    /// Takes a member out; the caller goes on with [#goOnWithout].
    List<Reply<?>> remove(ClassicGroup group, ClassicMember member) {
        timers.cancel(member.session);
        group.remove(member);
        cancelSyncTimerIfAllSynced(group);
        return refuseWaiting(member, ErrorCode.UNKNOWN_MEMBER_ID);
    }

    Decision goOnWithout(ClassicGroup group, String reason, Now now) {
        return switch (group.state()) {
            case STABLE, COMPLETING_REBALANCE -> prepare(group, reason, now);
            case PREPARING_REBALANCE -> completeJoinIfAllAreIn(group, now);
            case EMPTY -> Decision.nothing();
        };
    }

    Decision removeAndGoOn(ClassicGroup group, ClassicMember member, String reason, Now now) {
        LOG.info("group {}: {} is removed, {}", group.id(), member.id(), reason);
        return Decision.answers(remove(group, member)).and(goOnWithout(group, reason, now));
    }

    /// A restarted static member under its new id; its session starts again.
    ClassicMember replace(ClassicGroup group, ClassicMember old, String newId, Now now) {
        timers.cancel(old.session);
        ClassicMember member = group.replace(old, newId);
        keepAlive(group, member, now);
        return member;
    }

    /// Takes a replacement back that could not be stored.
    void restore(ClassicGroup group, ClassicMember replacement, ClassicMember old, Now now) {
        timers.cancel(replacement.session);
        group.putBack(replacement, old);
        keepAlive(group, old, now);
    }

    static List<Reply<?>> refuseWaiting(ClassicMember member, ErrorCode error) {
        var replies = new ArrayList<Reply<?>>(2);
        if (member.awaitingJoin != null) {
            // A removed member must not come back with its id.
            String memberId = error == ErrorCode.UNKNOWN_MEMBER_ID ? "" : member.id();
            replies.add(member.awaitingJoin.reply(JoinGroup.refusal(error, memberId)));
        }
        if (member.awaitingSync != null) replies.add(member.awaitingSync.refuse(error));
        member.awaitingJoin = null;
        member.awaitingSync = null;
        return replies;
    }

    // ---- join phase

    /// A member joined: a rebalance begins, or the one that runs may now be complete.
    Decision prepareOrCompleteJoin(ClassicGroup group, String reason, Now now) {
        return group.state() == ClassicState.PREPARING_REBALANCE
                ? completeJoinIfAllAreIn(group, now)
                : prepare(group, reason, now);
    }

    Decision prepare(ClassicGroup group, String reason, Now now) {
        Decision first = Decision.nothing();
        if (group.state() == ClassicState.COMPLETING_REBALANCE) {
            first = Decision.answers(failSync(group, ErrorCode.REBALANCE_IN_PROGRESS, now));
        }
        timers.cancel(group.syncTimer);
        group.pendingSyncs.clear();
        boolean wasEmpty = group.state() == ClassicState.EMPTY;
        group.transition(ClassicState.PREPARING_REBALANCE, now.millis());
        group.initialJoin = wasEmpty;
        LOG.info("group {}: prepares a rebalance of generation {}, {}", group.id(), group.generation(), reason);
        if (wasEmpty) {
            int delay = config().initialRebalanceDelayMillis();
            group.newMemberAdded = false;
            awaitMore(group, delay, Math.max(group.rebalanceTimeoutMillis() - delay, 0), now);
            return first;
        }
        if (group.allHaveJoined()) return first.and(completeJoin(group, now));
        endJoinAfter(group, group.rebalanceTimeoutMillis(), now);
        return first;
    }

    /// A group that was empty waits a little for all its members to start. As long as new ones arrive the wait
    /// is extended, at most to the rebalance timeout.
    private void awaitMore(ClassicGroup group, int delayMillis, int remainingMillis, Now now) {
        timers.cancel(group.joinTimer);
        group.joinTimer = timers.schedule(now.ticks() + delayMillis, then -> {
            if (!group.newMemberAdded || remainingMillis == 0) return completeJoin(group, then);
            group.newMemberAdded = false;
            int next = Math.min(config().initialRebalanceDelayMillis(), remainingMillis);
            awaitMore(group, next, Math.max(remainingMillis - delayMillis, 0), then);
            return Decision.nothing();
        });
    }

    private void endJoinAfter(ClassicGroup group, int millis, Now now) {
        timers.cancel(group.joinTimer);
        group.joinTimer = timers.schedule(now.ticks() + millis, then -> completeJoin(group, then));
    }

    Decision completeJoinIfAllAreIn(ClassicGroup group, Now now) {
        if (group.state() != ClassicState.PREPARING_REBALANCE || group.initialJoin || !group.allHaveJoined()) {
            return Decision.nothing();
        }
        return completeJoin(group, now);
    }

    private Decision completeJoin(ClassicGroup group, Now now) {
        timers.cancel(group.joinTimer);
        for (ClassicMember member : List.copyOf(group.members())) {
            if (!member.isAwaitingJoin() && !member.isStatic()) {
                LOG.info("group {}: {} is removed, it did not join again in time", group.id(), member.id());
                remove(group, member);
            }
        }
        if (!group.electLeaderAmongJoined() && group.size() > 0) {
            // Only static members are left and none has come back: they have until their sessions end.
            endJoinAfter(group, group.rebalanceTimeoutMillis(), now);
            return Decision.nothing();
        }
        group.initialJoin = false;
        group.nextGeneration(now.millis());
        if (group.size() == 0) {
            LOG.info("group {}: empty with generation {}", group.id(), group.generation());
            return Decision.append(
                    List.of(ClassicRecords.group(group.id(), group.toValue())),
                    Decision::nothing,
                    // The next generation writes again, and one that a failover takes back has no members.
                    error -> Decision.nothing());
        }
        LOG.info(
                "group {}: generation {} with {} members, protocol {}",
                group.id(),
                group.generation(),
                group.size(),
                group.protocol());
        return Decision.answers(answerJoined(group, now));
    }

    private List<Reply<?>> answerJoined(ClassicGroup group, Now now) {
        var replies = new ArrayList<Reply<?>>();
        for (ClassicMember member : group.members()) {
            Ticket<JoinGroupResponse> ticket = member.awaitingJoin;
            // A static member that has not come back yet keeps its place until its session ends.
            if (ticket != null) replies.add(ticket.reply(joinAnswer(group, member)));
            member.awaitingJoin = null;
            member.isNew = false;
            keepAlive(group, member, now);
            group.pendingSyncs.add(member.id());
        }
        int generation = group.generation();
        timers.cancel(group.syncTimer);
        group.syncTimer = timers.schedule(
                now.ticks() + group.rebalanceTimeoutMillis(), then -> syncOverdue(group, generation, then));
        return replies;
    }

    static JoinGroupResponse joinAnswer(ClassicGroup group, ClassicMember member) {
        return joinAnswer(group, member.id(), group.isLeader(member.id()), false);
    }

    /// @param withMembers only who assigns needs to know the members
    static JoinGroupResponse joinAnswer(
            ClassicGroup group, String memberId, boolean withMembers, boolean skipAssignment) {
        String leader = group.leaderId();
        return JoinGroupResponse.builder()
                .generationId(group.generation())
                .protocolType(group.protocolType())
                .protocolName(group.protocol())
                .leader(leader == null ? "" : leader)
                .memberId(memberId)
                .members(withMembers ? memberList(group) : List.of())
                .skipAssignment(skipAssignment)
                .build();
    }

    private static List<JoinGroupResponseMember> memberList(ClassicGroup group) {
        var list = new ArrayList<JoinGroupResponseMember>(group.size());
        for (ClassicMember member : group.members()) {
            list.add(new JoinGroupResponseMember(member.id(), member.instanceId(), member.metadata(group.protocol())));
        }
        return list;
    }

    // ---- sync phase

    void synced(ClassicGroup group, String memberId) {
        group.pendingSyncs.remove(memberId);
        cancelSyncTimerIfAllSynced(group);
    }

    private void cancelSyncTimerIfAllSynced(ClassicGroup group) {
        if (group.pendingSyncs.isEmpty()) timers.cancel(group.syncTimer);
    }

    private Decision syncOverdue(ClassicGroup group, int generation, Now now) {
        if (group.generation() != generation || group.pendingSyncs.isEmpty()) return Decision.nothing();
        return switch (group.state()) {
            case EMPTY, PREPARING_REBALANCE -> Decision.nothing();
            case COMPLETING_REBALANCE, STABLE -> {
                Decision decision = Decision.nothing();
                for (String memberId : List.copyOf(group.pendingSyncs)) {
                    ClassicMember member = group.member(memberId);
                    if (member != null) decision = decision.and(Decision.answers(remove(group, member)));
                }
                yield decision.and(prepare(group, "members did not sync in time", now));
            }
        };
    }

    /// The assignments of the leader are in the log and in the group: each waiting member gets its own.
    List<Reply<?>> answerSynced(ClassicGroup group, Now now) {
        var replies = new ArrayList<Reply<?>>();
        for (ClassicMember member : group.members()) {
            member.chargeAssignment(memory);
            Ticket<SyncGroupResponse> ticket = member.awaitingSync;
            if (ticket == null) continue;
            member.awaitingSync = null;
            replies.add(ticket.reply(syncAnswer(group, member)));
            keepAlive(group, member, now);
        }
        return replies;
    }

    /// Forgets all assignments of this generation.
    List<Reply<?>> failSync(ClassicGroup group, ErrorCode error, Now now) {
        var replies = new ArrayList<Reply<?>>();
        for (ClassicMember member : group.members()) {
            member.forgetAssignment();
            Ticket<SyncGroupResponse> ticket = member.awaitingSync;
            if (ticket == null) continue;
            member.awaitingSync = null;
            replies.add(ticket.refuse(error));
            keepAlive(group, member, now);
        }
        return replies;
    }

    static SyncGroupResponse syncAnswer(ClassicGroup group, ClassicMember member) {
        return SyncGroupResponse.builder()
                .protocolType(group.protocolType())
                .protocolName(group.protocol())
                .assignment(member.assignment)
                .build();
    }

    // ---- beginnings and ends

    /// A group that was just read from the log: its members have a session timeout to show up.
    public Decision loaded(ClassicGroup group, Now now) {
        for (ClassicMember member : group.members()) keepAlive(group, member, now);
        if (group.size() <= config().sizeMax()) return Decision.nothing();
        return prepare(group, "it has " + group.size() + " members, over the limit", now);
    }

    /// The group ends here: nothing of it may fire or wait any more.
    public List<Reply<?>> disband(ClassicGroup group, ErrorCode error) {
        timers.cancel(group.joinTimer);
        timers.cancel(group.syncTimer);
        for (ClassicGroup.Pending pending : group.pendingJoins.values()) endPending(pending);
        group.pendingJoins.clear();
        var replies = new ArrayList<Reply<?>>();
        for (ClassicMember member : group.members()) {
            timers.cancel(member.session);
            member.giveBack();
            replies.addAll(refuseWaiting(member, error));
        }
        return replies;
    }
}
