package barnabas.replication;

import barnabas.base.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/// The decisions about one replica: its role, the high watermark, the in-sync replicas. Each input returns the duties
/// that follow from it. No threads, no files, no clock. Owner: the lock of its [Partition].
///
/// Invariants: the high watermark never goes back, but for unclean elections and mirrors that begin; it moves only to
/// offsets that every member of the maximal ISR (KIP-966) holds, this broker on its disk as the topic asks; inputs of
/// earlier epochs change nothing.
final class PartitionCore {
    private final int self;
    private final long lagNanosMax;
    private int minInSyncReplicas;

    private Role role = new Role.Idle(-1);
    private long highWatermark;
    /// The end of this broker's log, and the part of it that counts for the high watermark.
    private long logEnd;

    private long durableEnd;
    /// The last moment that an input has named.
    private long nowNanos;

    /// @param highWatermark known to be committed, not above `durableEnd`
    /// @param lagNanosMax `replica.lag.time.max.ms`
    PartitionCore(int self, long highWatermark, long logEnd, long durableEnd, int minInSyncReplicas, long lagNanosMax) {
        Check.that(highWatermark <= logEnd, "high watermark %d above the log end %d", highWatermark, logEnd);
        this.self = self;
        this.highWatermark = highWatermark;
        this.logEnd = logEnd;
        this.durableEnd = durableEnd;
        this.minInSyncReplicas = minInSyncReplicas;
        this.lagNanosMax = lagNanosMax;
    }

    Role role() {
        return role;
    }

    long highWatermark() {
        return highWatermark;
    }

    /// The log grew by an append of `leaderEpoch`. Reports may overtake each other.
    Duties appended(int leaderEpoch, long endOffset, long durableEndOffset) {
        if (leaderEpoch != role.epoch()) return Duties.NONE;
        logEnd = Math.max(logEnd, endOffset);
        return durable(durableEndOffset);
    }

    /// Everything below `endOffset` is as safe on this broker's disk as the topic asks.
    Duties durable(long endOffset) {
        durableEnd = Math.max(durableEnd, Math.min(endOffset, logEnd));
        return role instanceof Role.Leading leading ? advance(leading) : Duties.NONE;
    }

    /// The log was cut, or grew by copied batches, to end at `endOffset`.
    void logEnds(long endOffset, long durableEndOffset) {
        logEnd = endOffset;
        durableEnd = Math.min(durableEndOffset, endOffset);
    }

    Duties minInSyncReplicas(int count) {
        minInSyncReplicas = count;
        return role instanceof Role.Leading leading ? advance(leading) : Duties.NONE;
    }

    /// This broker leads, as the image says. A later image of the same epoch brings another ISR or other replicas.
    Duties lead(PartitionState state, long nowNanos) {
        this.nowNanos = nowNanos;
        if (state.leaderEpoch() < role.epoch()) return Duties.NONE;
        Role.Leading before = null;
        long startOffset = logEnd;
        IsrChange asked = null;
        if (state.leaderEpoch() == role.epoch() && role instanceof Role.Leading present) {
            if (state.partitionEpoch() < present.partitionEpoch()) return Duties.NONE;
            before = present;
            startOffset = present.startOffset();
            if (state.partitionEpoch() == present.partitionEpoch()) asked = present.asked();
        }
        Check.that(
                before != null || role instanceof Role.Idle || state.leaderEpoch() > role.epoch(),
                "leader epoch %d has two leaders, one of them %d",
                state.leaderEpoch(),
                self);
        var leading = new Role.Leading(
                state.leaderEpoch(),
                state.partitionEpoch(),
                startOffset,
                state.replicas().size(),
                Set.copyOf(state.inSyncReplicas()),
                asked,
                Role.Leading.progressOf(state, self, before, nowNanos));
        role = leading;
        Duties duties = advance(leading);
        return before != null ? duties : duties.withEpochEnded();
    }

    /// Another broker leads.
    Duties follow(int leader, int leaderEpoch) {
        if (leaderEpoch < role.epoch()) return Duties.NONE;
        if (leaderEpoch == role.epoch() && role instanceof Role.Following) return Duties.NONE;
        Check.that(
                !(role instanceof Role.Leading) || leaderEpoch > role.epoch(),
                "leader epoch %d has two leaders, one of them %d",
                leaderEpoch,
                self);
        role = new Role.Following(leader, leaderEpoch);
        return Duties.NONE.withEpochEnded();
    }

    /// Nothing leads, or the replica leaves this broker.
    Duties idle(int leaderEpoch) {
        if (leaderEpoch < role.epoch()) return Duties.NONE;
        role = new Role.Idle(leaderEpoch);
        return Duties.NONE.withEpochEnded();
    }

    /// A follower fetched from `offset` on: it holds everything below.
    ///
    /// @param mayJoin whether its broker is neither fenced nor shutting down, and the run of it that the image
    ///     has
    Duties fetched(int replica, int leaderEpoch, long offset, boolean mayJoin, long nowNanos) {
        this.nowNanos = nowNanos;
        if (!(role instanceof Role.Leading leading) || leading.epoch() != leaderEpoch || offset > logEnd)
            return Duties.NONE;
        Role.Progress progress = leading.others().get(replica);
        if (progress == null) return Duties.NONE;
        if (mayJoin || leading.countsForHighWatermark(replica)) progress.fetched(offset, logEnd, nowNanos);
        else progress.fetchedInVain(offset);
        boolean joins = mayJoin
                && leading.asked() == null
                && !leading.isr().contains(replica)
                && offset >= highWatermark
                && offset >= leading.startOffset();
        if (!joins) return advance(leading);
        var isr = new TreeSet<>(leading.isr());
        isr.add(replica);
        return ask(leading, isr);
    }

    /// The log of a follower starts at `offset`.
    ///
    /// @return whether that is news
    boolean followerStartsAt(int replica, long offset) {
        if (!(role instanceof Role.Leading leading)) return false;
        Role.Progress progress = leading.others().get(replica);
        return progress != null && progress.startsAt(offset);
    }

    /// The lowest start of the logs of the leader and of the followers that count; -1 while one of them is not known.
    long lowestStart(long ownStart, IntPredicate counts) {
        if (!(role instanceof Role.Leading leading)) return Role.Progress.UNKNOWN;
        long lowest = ownStart;
        for (Map.Entry<Integer, Role.Progress> other : leading.others().entrySet())
            if (counts.test(other.getKey()))
                lowest = Math.min(lowest, other.getValue().knownStart());
        return lowest;
    }

    /// Followers in the confirmed ISR; empty unless this broker leads.
    List<InSyncFollower> inSyncFollowers() {
        if (!(role instanceof Role.Leading leading)) return List.of();
        var found = new ArrayList<InSyncFollower>();
        leading.others().forEach((replica, progress) -> {
            if (leading.isr().contains(replica)) found.add(progress.shown(replica));
        });
        return found;
    }

    /// The image says that a broker is fenced, shuts down or is gone. As long as it counts for the high watermark it is
    /// waited for: the controller may not have taken it out of the ISR.
    Duties brokerStopped(int replica) {
        if (!(role instanceof Role.Leading leading) || leading.countsForHighWatermark(replica)) return Duties.NONE;
        Role.Progress progress = leading.others().get(replica);
        if (progress == null) return Duties.NONE;
        progress.fellBehind();
        return advance(leading);
    }

    /// The log of this leader is cut at `offset`, since it takes over the log of another cluster: committed records go
    /// too, and what followers were known to hold behind it.
    Duties cutAsLeader(int leaderEpoch, long offset) {
        if (!(role instanceof Role.Leading leading) || leading.epoch() != leaderEpoch) return Duties.NONE;
        logEnd = Math.min(logEnd, offset);
        durableEnd = Math.min(durableEnd, offset);
        highWatermark = Math.min(highWatermark, offset);
        for (Role.Progress each : leading.others().values()) each.cutAt(offset);
        return Duties.highWatermark(highWatermark);
    }

    private Duties ask(Role.Leading leading, SortedSet<Integer> isr) {
        var change = new IsrChange(leading.epoch(), leading.partitionEpoch(), isr);
        Role.Leading asking = leading.asking(change);
        role = asking;
        return advance(asking).asking(change);
    }

    Duties isrAnswered(IsrAnswer answer) {
        if (!(role instanceof Role.Leading leading)) return Duties.NONE;
        IsrChange asked = leading.asked();
        // A late answer may not settle a change that was asked for since: that one may have been made.
        if (asked == null || !asked.equals(answer.change())) return Duties.NONE;
        return switch (answer) {
            case IsrAnswer.Accepted(IsrChange _, int partitionEpoch, Set<Integer> isr) -> {
                if (partitionEpoch <= leading.partitionEpoch()) yield Duties.NONE;
                yield settle(new Role.Leading(
                        leading.epoch(),
                        partitionEpoch,
                        leading.startOffset(),
                        leading.replicaCount(),
                        Set.copyOf(isr),
                        null,
                        leading.others()));
            }
            case IsrAnswer.Refused refused -> {
                asked.isr().forEach(replica -> {
                    Role.Progress progress = leading.others().get(replica);
                    if (progress != null && !leading.isr().contains(replica)) progress.fellBehind();
                });
                yield settle(leading.asking(null));
            }
            case IsrAnswer.Outdated stale -> Duties.NONE;
            case IsrAnswer.Unknown lost -> Duties.NONE.asking(asked);
        };
    }

    private Duties settle(Role.Leading settled) {
        role = settled;
        return advance(settled);
    }

    /// Time passed: replicas that did not catch up for `replica.lag.time.max.ms` leave the ISR.
    Duties tick(long nowNanos) {
        this.nowNanos = nowNanos;
        if (!(role instanceof Role.Leading leading)) return Duties.NONE;
        if (leading.asked() != null) return advance(leading);
        List<Integer> late = new ArrayList<>();
        leading.others().forEach((replica, progress) -> {
            if (leading.isr().contains(replica) && !progress.isCaughtUp(logEnd, nowNanos, lagNanosMax))
                late.add(replica);
        });
        if (late.isEmpty()) return advance(leading);
        var isr = new TreeSet<>(leading.isr());
        late.forEach(isr::remove);
        return ask(leading, isr);
    }

    /// The leader's high watermark, as a fetch response brings it to a follower.
    Duties leaderHighWatermark(int leaderEpoch, long offset) {
        if (!(role instanceof Role.Following following) || following.epoch() != leaderEpoch) return Duties.NONE;
        return moveTo(Math.min(offset, logEnd));
    }

    /// The leader's log and this one part at `offset`.
    ///
    /// @throws IllegalStateException for a cut of committed records: only an unclean election can ask for it
    Duties diverged(int leaderEpoch, long offset) {
        if (!(role instanceof Role.Following following) || following.epoch() != leaderEpoch) return Duties.NONE;
        Check.that(offset >= highWatermark, "truncation to %d below the high watermark %d", offset, highWatermark);
        return offset >= logEnd ? Duties.NONE : Duties.truncate(offset);
    }

    /// As [#diverged], and the records from `offset` on are no longer committed: the leader came from outside of the
    /// in-sync replicas, or its log begins behind this one.
    Duties divergedUncleanly(int leaderEpoch, long offset) {
        if (!(role instanceof Role.Following following) || following.epoch() != leaderEpoch) return Duties.NONE;
        highWatermark = Math.min(highWatermark, offset);
        return new Duties(highWatermark, false, offset, null);
    }

    /// Moves the high watermark to the least end in the maximal ISR. A replica outside that may join and is caught up
    /// but for the last moments is waited for too: it could never join otherwise while appends go on.
    private Duties advance(Role.Leading leading) {
        if (leading.isr().size() < effectiveMinInSync(leading)) return Duties.NONE;
        long end = durableEnd;
        if (!leading.others().isEmpty()) {
            for (Map.Entry<Integer, Role.Progress> other : leading.others().entrySet()) {
                Role.Progress progress = other.getValue();
                if (leading.countsForHighWatermark(other.getKey())
                        || progress.isCaughtUp(logEnd, nowNanos, lagNanosMax))
                    end = Math.min(end, progress.endOffset());
            }
        }
        return moveTo(end);
    }

    private int effectiveMinInSync(Role.Leading leading) {
        return Math.min(minInSyncReplicas, leading.replicaCount());
    }

    /// The end of a wait for records below the high watermark. As in Kafka the present maximal ISR counts.
    WaitOutcome committed() {
        return role instanceof Role.Leading leading && leading.maximalIsrSize() < effectiveMinInSync(leading)
                ? WaitOutcome.TOO_FEW_REPLICAS
                : WaitOutcome.COMMITTED;
    }

    private Duties moveTo(long end) {
        if (end <= highWatermark) return Duties.NONE;
        highWatermark = end;
        return Duties.highWatermark(end);
    }
}
