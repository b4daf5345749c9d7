package barnabas.coordination.groups.consumer;

import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.Timers;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.consumer.ConsumerGroup.Revocation;
import barnabas.protocol.group.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// The time-outs of members: deadlines for the next heartbeat, for revoking partitions, and for joining again or
/// syncing. They are lost when the shard moves, and start again in [#loaded].
final class Sessions {
    /// Takes a member out that let a deadline pass.
    interface GiveUp {
        Decision giveUp(String groupId, String memberId, String why, Now now);
    }

    private final Timers timers;
    private final GroupMemory memory;
    private final Function<String, @Nullable ConsumerGroup> find;
    private final ToIntFunction<String> timeoutMillis;
    private final GiveUp giveUp;

    /// @param find the group as it is now; null when there is none of this kind
    /// @param timeoutMillis the session timeout of members that use the consumer protocol
    Sessions(
            Timers timers,
            GroupMemory memory,
            Function<String, @Nullable ConsumerGroup> find,
            ToIntFunction<String> timeoutMillis,
            GiveUp giveUp) {
        this.timers = timers;
        this.memory = memory;
        this.find = find;
        this.timeoutMillis = timeoutMillis;
        this.giveUp = giveUp;
    }

    /// The member sent a heartbeat: its session starts again.
    void start(ConsumerGroup group, ConsumerMember member, Now now) {
        ClassicMemberMetadata classic = member.details().classic();
        int millis = classic == null ? timeoutMillis.applyAsInt(group.id()) : classic.sessionTimeoutMs();
        charge(group, member);
        start(group, member.id(), millis, now);
    }

    /// Counts the member as what it says about itself now.
    @SuppressWarnings("ReferenceEquality") // details are immutable and replaced when they change
    private void charge(ConsumerGroup group, ConsumerMember member) {
        ConsumerGroup.Charged before = group.charges.get(member.id());
        if (before != null && before.details() == member.details()) return;
        if (before != null) before.charge().giveBack();
        var charge = memory.take(member.details().memoryBytes(member.id()));
        group.charges.put(member.id(), new ConsumerGroup.Charged(member.details(), charge));
    }

    /// Whether there is room for a member that takes so much from now on.
    boolean hasRoomFor(ConsumerGroup group, String memberId, long bytes) {
        ConsumerGroup.Charged before = group.charges.get(memberId);
        long more = before == null ? bytes : bytes - before.charge().bytes();
        return more <= 0 || memory.hasRoomFor(more);
    }

    private void start(ConsumerGroup group, String memberId, int millis, Now now) {
        restart(group.sessions, group.id(), memberId, now.ticks() + millis, "it did not send heartbeats");
    }

    private void restart(Map<String, Timers.Timer> kind, String groupId, String memberId, long deadline, String why) {
        Timers.Timer pending = kind.get(memberId);
        if (pending != null && pending.isActive()) timers.move(pending, deadline);
        else kind.put(memberId, timers.schedule(deadline, then -> giveUp.giveUp(groupId, memberId, why, then)));
    }

    /// A member of the consumer protocol that is asked to give partitions up has its rebalance timeout to do so,
    /// from when it was last asked. One of the classic protocol has to join again instead, see [#expectJoin].
    void watchRevocation(ConsumerGroup group, ConsumerMember member, Now now) {
        String memberId = member.id();
        boolean revoking = member.progress().state() == MemberState.UNREVOKED_PARTITIONS && !member.isClassic();
        Revocation pending = group.revocations.get(memberId);
        boolean asked = pending == null || !pending.progress().equals(member.progress());
        if (pending != null && (asked || !revoking)) {
            timers.cancel(pending.timer());
            group.revocations.remove(memberId);
        }
        if (revoking && asked) {
            String groupId = group.id();
            int epoch = member.epoch();
            Timers.Timer timer = timers.schedule(now.ticks() + member.details().rebalanceTimeoutMillis(), then -> {
                ConsumerGroup current = find.apply(groupId);
                ConsumerMember late = current == null ? null : current.member(memberId);
                boolean still = late != null
                        && late.epoch() == epoch
                        && late.progress().state() == MemberState.UNREVOKED_PARTITIONS;
                return still
                        ? giveUp.giveUp(groupId, memberId, "it did not revoke partitions in time", then)
                        : Decision.nothing();
            });
            group.revocations.put(memberId, new Revocation(member.progress(), timer));
        }
    }

    /// A member of the classic protocol got the answer that it must join again; its rebalance timeout starts with
    /// the first such answer.
    void expectJoin(ConsumerGroup group, ConsumerMember member, Now now) {
        Timers.Timer pending = group.joins.get(member.id());
        if (pending != null && pending.isActive()) return;
        long deadline = now.ticks() + member.details().rebalanceTimeoutMillis();
        restart(group.joins, group.id(), member.id(), deadline, "it did not join again in time");
    }

    /// A member of the classic protocol has joined and must fetch its assignment.
    void joined(ConsumerGroup group, ConsumerMember member, int rebalanceTimeoutMillis, Now now) {
        timers.cancel(group.joins.remove(member.id()));
        start(group, member, now);
        long deadline = now.ticks() + rebalanceTimeoutMillis;
        restart(group.syncs, group.id(), member.id(), deadline, "it did not sync in time");
    }

    void synced(ConsumerGroup group, ConsumerMember member, Now now) {
        timers.cancel(group.syncs.remove(member.id()));
        start(group, member, now);
    }

    void forget(ConsumerGroup group, String memberId) {
        group.sights.remove(memberId);
        timers.cancel(group.sessions.remove(memberId));
        ConsumerGroup.Charged charged = group.charges.remove(memberId);
        if (charged != null) charged.charge().giveBack();
        timers.cancel(group.joins.remove(memberId));
        timers.cancel(group.syncs.remove(memberId));
        Revocation revocation = group.revocations.remove(memberId);
        if (revocation != null) timers.cancel(revocation.timer());
    }

    /// A group that was just read from the log: its members have a session timeout to show up.
    void loaded(ConsumerGroup group, Now now) {
        for (ConsumerMember member : group.members()) {
            charge(group, member);
            start(group, member.id(), timeoutMillis.applyAsInt(group.id()), now);
            watchRevocation(group, member, now);
        }
    }

    /// Nothing of the group may fire any more.
    void disband(ConsumerGroup group) {
        for (ConsumerMember member : group.members()) forget(group, member.id());
        for (Timers.Timer each : group.sessions.values()) timers.cancel(each);
        for (ConsumerGroup.Charged each : group.charges.values()) each.charge().giveBack();
        group.charges.clear();
    }
}
