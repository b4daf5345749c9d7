package barnabas.replication;

import barnabas.base.Clock;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.TopicPartition;
import barnabas.log.TransactionMarker;
import barnabas.log.Verification;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.Uuid;
import barnabas.protocol.records.TimestampType;
import barnabas.replication.traffic.PartitionTraffic;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One partition that this broker holds a replica of: the shell around its [PartitionCore].
///
/// Owner: the log serialises appends; the lock `owner`, taken for memory work only and after the log's, guards the core
/// and the waits. Readers see state and high watermark as they were last published. Waits and watchers are
/// called without a lock.
public final class Partition {
    private final int brokerId;
    private final Uuid topicId;
    private final Clock clock;
    private final ReentrantLock owner = new ReentrantLock();
    private final PartitionCore core;
    /// Waits of the present leader epoch.
    private final WaitQueue untilCommitted = new WaitQueue();
    private final WaitQueue untilDurable = new WaitQueue();
    /// Another one after the replica has moved to another directory.
    private volatile PartitionLog log;
    private volatile PartitionState state;
    private volatile int minInSyncReplicas;
    private volatile long highWatermark;
    private final PartitionTraffic traffic;
    private final Watchers watchers = new Watchers();
    /// Fetches of followers, which read beyond the high watermark.
    private final Watchers appendWatchers = new Watchers();
    private final IsrQuestions questions = new IsrQuestions();
    /// The thread of a fetcher that waits for the journal.
    private volatile @Nullable Thread durabilityWaiter;

    private Partition(
            int brokerId,
            Uuid topicId,
            PartitionLog log,
            PartitionState state,
            int minInSyncReplicas,
            long lagMillisMax,
            Clock clock) {
        this.brokerId = brokerId;
        this.topicId = topicId;
        this.log = log;
        this.state = state;
        this.minInSyncReplicas = minInSyncReplicas;
        this.clock = clock;
        this.highWatermark = log.logStartOffset();
        this.traffic = new PartitionTraffic(log.partition().topic());
        this.core = new PartitionCore(
                brokerId,
                highWatermark,
                log.logEndOffset(),
                log.durableEndOffset(),
                minInSyncReplicas,
                TimeUnit.MILLISECONDS.toNanos(lagMillisMax));
    }

    /// A partition whose log is open. A leader whose in-sync replicas are itself alone starts with everything in its
    /// log committed.
    ///
    /// @param lagMillisMax `replica.lag.time.max.ms`
    static Partition of(
            int brokerId,
            Uuid topicId,
            PartitionLog log,
            PartitionState state,
            int minInSyncReplicas,
            long lagMillisMax,
            Clock clock) {
        var partition = new Partition(brokerId, topicId, log, state, minInSyncReplicas, lagMillisMax, clock);
        log.onDurable(partition::durable);
        partition.become(state);
        return partition;
    }

    public TopicPartition topicPartition() {
        return log.partition();
    }

    public Uuid topicId() {
        return topicId;
    }

    public PartitionLog log() {
        return log;
    }

    public PartitionState state() {
        return state;
    }

    public boolean isLeader() {
        return state.leaderId() == brokerId;
    }

    public int leaderEpoch() {
        return state.leaderEpoch();
    }

    /// Records below this offset are committed: they survive as long as an in-sync replica does.
    public long highWatermark() {
        return highWatermark;
    }

    /// Records below this offset are committed and belong to no open transaction.
    public long lastStableOffset() {
        return log.lastStableOffset(highWatermark);
    }

    public int minInSyncReplicas() {
        return minInSyncReplicas;
    }

    void minInSyncReplicas(int count) {
        minInSyncReplicas = count;
        if (step(() -> core.minInSyncReplicas(count))) wakeWatchers();
    }

    /// Takes over what a new cluster image says about leader and replicas. Waits of an epoch that is over are fenced.
    void become(PartitionState changed) {
        PartitionLog entered = log;
        enter(entered, changed);
        step(() -> {
            state = changed;
            int epoch = changed.leaderEpoch();
            if (changed.leaderId() == brokerId) return core.lead(changed, clock.nanos());
            if (changed.leaderId() >= 0) return core.follow(changed.leaderId(), epoch);
            return core.idle(epoch);
        });
        // a copy took the log's place meanwhile: it may have seen the state before
        PartitionLog present = log;
        if (present != entered) enter(present, changed);
        wakeWatchers();
        appendWatchers.wake(this);
    }

    private void enter(PartitionLog entered, PartitionState now) {
        if (now.leaderId() == brokerId) entered.startLeaderEpoch(now.leaderEpoch());
        else entered.enterLeaderEpoch(now.leaderEpoch());
    }

    /// The replica leaves this broker or its topic is deleted: nothing is appended, every wait is fenced.
    void close() {
        PartitionState before = state;
        become(new PartitionState(-1, before.leaderEpoch(), before.partitionEpoch(), List.of(), List.of()));
    }

    /// Appends to the log as its leader, in the epoch of the moment.
    ///
    /// @param allReplicas the producer asked for `acks=all`, which needs `min.insync.replicas` of them
    public LeaderAppend append(ByteBuffer batches, AppendOrigin origin, boolean allReplicas) {
        int bytes = batches.remaining();
        return appended(state, allReplicas, (to, epoch) -> to.append(batches, origin, epoch))
                .countIn(traffic, bytes);
    }

    /// Appends a transactional batch as the leader, see [PartitionLog#appendTransactional].
    public LeaderAppend appendTransactional(
            ByteBuffer batches, AppendOrigin origin, Verification verification, boolean allReplicas) {
        int bytes = batches.remaining();
        return appended(state, allReplicas, (to, epoch) -> to.appendTransactional(batches, origin, epoch, verification))
                .countIn(traffic, bytes);
    }

    /// Ends a transaction on this partition as its leader; markers need `min.insync.replicas` like all that a
    /// coordinator writes.
    public LeaderAppend endTransaction(TransactionMarker marker) {
        return appended(state, true, (to, epoch) -> to.endTransaction(marker, epoch));
    }

    /// An append of a coordinator that was elected in `leaderEpoch`: refused once the epoch is over.
    public LeaderAppend appendIn(int leaderEpoch, ByteBuffer batches, AppendOrigin origin) {
        int bytes = batches.remaining();
        return appendedIn(leaderEpoch, (to, epoch) -> to.append(batches, origin, epoch))
                .countIn(traffic, bytes);
    }

    /// As [#appendTransactional], in the epoch of [#appendIn].
    public LeaderAppend appendTransactionalIn(
            int leaderEpoch, ByteBuffer batches, AppendOrigin origin, Verification verification) {
        int bytes = batches.remaining();
        return appendedIn(leaderEpoch, (to, epoch) -> to.appendTransactional(batches, origin, epoch, verification))
                .countIn(traffic, bytes);
    }

    /// As [#endTransaction], in the epoch of [#appendIn].
    public LeaderAppend endTransactionIn(int leaderEpoch, TransactionMarker marker) {
        return appendedIn(leaderEpoch, (to, epoch) -> to.endTransaction(marker, epoch));
    }

    @FunctionalInterface
    interface Append {
        AppendResult to(PartitionLog log, int leaderEpoch);
    }

    /// Counters of what is appended and sent.
    public PartitionTraffic traffic() {
        return traffic;
    }

    LeaderAppend appendedIn(int leaderEpoch, Append append) {
        PartitionState now = state;
        if (now.leaderEpoch() != leaderEpoch) return new LeaderAppend.NotLeader(now.leaderId(), now.leaderEpoch());
        return appended(now, true, append);
    }

    private LeaderAppend appended(PartitionState now, boolean allReplicas, Append append) {
        if (now.leaderId() != brokerId) return new LeaderAppend.NotLeader(now.leaderId(), now.leaderEpoch());
        int inSync = now.inSyncReplicas().size();
        // as in Kafka, a topic with fewer replicas needs no more than it has
        int needed = Math.min(minInSyncReplicas, now.replicas().size());
        if (allReplicas && inSync < needed) return new LeaderAppend.NotEnoughReplicas(inSync, needed);
        PartitionLog used = log;
        AppendResult result = append.to(used, now.leaderEpoch());
        // The replica has moved meanwhile. A batch with this broker's own timestamps would be refused if it came again:
        // its producer sends it again.
        if (result instanceof AppendResult.Closed
                && log != used
                && used.config().timestamps().type() == TimestampType.CREATE_TIME) {
            result = append.to(log, now.leaderEpoch());
        }
        if (result instanceof AppendResult.Fenced) {
            PartitionState later = state;
            return new LeaderAppend.NotLeader(later.leaderId(), later.leaderEpoch());
        }
        if (result instanceof AppendResult.Appended appended) grown(now.leaderEpoch(), appended.lastOffset() + 1);
        return new LeaderAppend.Done(result, now.leaderEpoch());
    }

    private void grown(int leaderEpoch, long endOffset) {
        PartitionWait ended;
        boolean moved;
        owner.lock();
        try {
            Duties duties = core.appended(leaderEpoch, endOffset, log.durableEndOffset());
            moved = duties.movesHighWatermark();
            ended = carryOut(duties);
        } finally {
            owner.unlock();
        }
        WaitQueue.announce(ended);
        appendWatchers.wake(this);
        if (moved) wakeWatchers();
    }

    @FunctionalInterface
    interface Step {
        Duties take();
    }

    /// Has the core take a step and carries out what follows from it.
    ///
    /// @return true when the high watermark moved
    boolean step(Step step) {
        PartitionWait ended;
        IsrProposal asking;
        boolean moved;
        owner.lock();
        try {
            Duties duties = step.take();
            moved = duties.movesHighWatermark();
            ended = carryOut(duties);
            asking = questions.proposed(this, duties.isrChange());
        } finally {
            owner.unlock();
        }
        WaitQueue.announce(ended);
        if (asking != null) questions.ask(asking);
        return moved;
    }

    /// For [#step], whose step runs with the lock.
    PartitionCore core() {
        return core;
    }

    void askWith(IsrAsker asker) {
        questions.askWith(asker);
    }

    /// Takes note of a follower's fetch: its log ends at `offset`.
    ///
    /// @param brokerEpoch of the follower's run, -1 when it is not known; fetches of earlier runs change nothing
    /// @param mayJoin whether the broker may join the in-sync replicas
    public void fetched(int replica, long brokerEpoch, int leaderEpoch, long offset, boolean mayJoin) {
        boolean moved = step(() -> {
            if (questions.isEarlierRun(replica, brokerEpoch)) return Duties.NONE;
            return core.fetched(replica, leaderEpoch, offset, mayJoin, clock.nanos());
        });
        if (moved) wakeWatchers();
    }

    /// Takes note of where a follower's log starts, for [#inSyncFollowers] and [#lowWatermark].
    public void followerStartsAt(int replica, long offset) {
        if (locked(() -> core.followerStartsAt(replica, offset))) wakeWatchers();
    }

    /// The lowest log start of this leader and of its followers on brokers that are alive: what lies below is deleted
    /// on all of them (KIP-107). -1 while one of these has not said where its log starts.
    public long lowWatermark(IntPredicate alive) {
        return locked(() -> core.lowestStart(log.logStartOffset(), alive));
    }

    /// Followers that consumers may read from; empty unless this broker leads.
    public List<InSyncFollower> inSyncFollowers() {
        return locked(core::inSyncFollowers);
    }

    private <T> T locked(Supplier<T> look) {
        owner.lock();
        try {
            return look.get();
        } finally {
            owner.unlock();
        }
    }

    /// A broker is fenced, shuts down or is gone.
    public void brokerStopped(int replica) {
        if (state.replicas().contains(replica) && step(() -> core.brokerStopped(replica))) wakeWatchers();
    }

    /// The controller's answer to an [IsrProposal].
    public void isrAnswered(IsrAnswer answer) {
        if (step(() -> core.isrAnswered(questions.answered(answer)))) wakeWatchers();
    }

    /// Has followers leave the in-sync replicas that fell behind; to be called twice in `replica.lag.time.max.ms`.
    public void checkFollowers() {
        if (state.replicas().size() > 1 && step(() -> core.tick(clock.nanos()))) wakeWatchers();
    }

    /// For the thread that fetches for this replica.
    public FollowerReplica follower() {
        return new FollowerReplica(this, clock);
    }

    void waitsForDurability(@Nullable Thread waiting) {
        durabilityWaiter = waiting;
    }

    /// With the lock.
    ///
    /// @return the waits that ended
    private @Nullable PartitionWait carryOut(Duties duties) {
        if (duties.movesHighWatermark()) highWatermark = duties.highWatermark();
        PartitionWait ended = null;
        if (duties.epochEnded()) ended = endAll(WaitOutcome.FENCED);
        if (!untilCommitted.isEmpty()) ended = untilCommitted.end(highWatermark, core.committed(), ended);
        if (!untilDurable.isEmpty()) ended = untilDurable.end(log.durableEndOffset(), WaitOutcome.COMMITTED, ended);
        return ended;
    }

    private @Nullable PartitionWait endAll(WaitOutcome outcome) {
        PartitionWait ended = untilCommitted.end(Long.MAX_VALUE, outcome, null);
        return untilDurable.end(Long.MAX_VALUE, outcome, ended);
    }

    /// The replica has moved: a complete copy takes the place of its log.
    void replaceLog(PartitionLog copy) {
        copy.onDurable(this::durable);
        log = copy;
        // the leader may have changed since the copy took over its epoch
        enter(copy, state);
    }

    /// A commit of the journal has carried the log's records to stable storage, or failed to.
    private void durable() {
        boolean moved = step(() -> core.durable(log.durableEndOffset()));
        Thread fetching = durabilityWaiter;
        if (fetching != null) LockSupport.unpark(fetching);
        if (log.failure().isPresent()) {
            PartitionWait ended;
            owner.lock();
            try {
                ended = endAll(WaitOutcome.DISK_FAILED);
            } finally {
                owner.unlock();
            }
            WaitQueue.announce(ended);
            wakeWatchers();
        } else if (moved) {
            wakeWatchers();
        }
    }

    /// Begins a wait for records that were appended in `leaderEpoch`. The listener may be called before this returns.
    ///
    /// @param endOffset follows the last of them
    /// @return for [#end]
    public PartitionWait begin(
            PartitionWait.Until until, int leaderEpoch, long endOffset, PartitionWait.Listener listener) {
        var wait = new PartitionWait(endOffset, listener);
        WaitOutcome outcome;
        owner.lock();
        try {
            outcome = queued(until, leaderEpoch, wait);
            if (outcome != null) wait.decide(outcome);
        } finally {
            owner.unlock();
        }
        if (outcome != null) wait.announce();
        return wait;
    }

    /// Null when the wait stands in its queue now.
    private @Nullable WaitOutcome queued(PartitionWait.Until until, int leaderEpoch, PartitionWait wait) {
        if (core.role().epoch() != leaderEpoch || !(core.role() instanceof Role.Leading)) return WaitOutcome.FENCED;
        boolean committed = until == PartitionWait.Until.COMMITTED;
        long reached = committed ? highWatermark : log.durableEndOffset();
        if (reached >= wait.offset) return committed ? core.committed() : WaitOutcome.COMMITTED;
        if (log.failure().isPresent()) return WaitOutcome.DISK_FAILED;
        return (committed ? untilCommitted : untilDurable).add(wait) ? null : WaitOutcome.TIMED_OUT;
    }

    /// Ends a wait whose time is up, unless it has ended.
    public void end(PartitionWait wait) {
        owner.lock();
        try {
            WaitQueue queue = wait.queue;
            if (queue == null) return;
            queue.remove(wait);
            wait.decide(log.failure().isPresent() ? WaitOutcome.DISK_FAILED : WaitOutcome.TIMED_OUT);
        } finally {
            owner.unlock();
        }
        wait.announce();
    }

    /// A wait as [#begin], for virtual threads, until `deadlineNanos` on the scale of [Clock#nanos].
    public WaitOutcome await(PartitionWait.Until until, int leaderEpoch, long endOffset, long deadlineNanos) {
        var waiting = new WaitingThread();
        return waiting.await(this, begin(until, leaderEpoch, endOffset, waiting), deadlineNanos, clock);
    }

    /// Something that readers see has changed without an append: the log start, a transaction's end.
    public void changed() {
        step(() -> core.appended(state.leaderEpoch(), log.logEndOffset(), log.durableEndOffset()));
        wakeWatchers();
        appendWatchers.wake(this);
    }

    public void watch(PartitionWatcher watcher) {
        watchers.add(watcher);
    }

    public void unwatch(PartitionWatcher watcher) {
        watchers.remove(watcher);
    }

    /// As [#watch] for the fetch of a follower: called for every append, and when the leadership changes.
    public void watchAppends(PartitionWatcher watcher) {
        appendWatchers.add(watcher);
    }

    public void unwatchAppends(PartitionWatcher watcher) {
        appendWatchers.remove(watcher);
    }

    void wakeWatchers() {
        watchers.wake(this);
    }
}
