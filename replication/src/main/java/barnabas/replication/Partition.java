package barnabas.replication;

import barnabas.base.Clock;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.PartitionLog;
import barnabas.log.TopicPartition;
import barnabas.log.TransactionMarker;
import barnabas.log.Verification;
import barnabas.protocol.Uuid;
import barnabas.protocol.records.TimestampType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// One partition that this broker holds a replica of.
///
/// Owner: the log serialises appends; leadership is replaced as a whole by the thread that applies cluster images; the
/// high watermark only grows, by compare-and-set. With one replica the high watermark is the end of the log, or of
/// what the log has on stable storage where the topic is durable.
public final class Partition {
    private static final PartitionWatcher[] NOBODY = {};
    private static final VarHandle HIGH_WATERMARK;
    private static final VarHandle WATCHERS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            HIGH_WATERMARK = lookup.findVarHandle(Partition.class, "highWatermark", long.class);
            WATCHERS = lookup.findVarHandle(Partition.class, "watchers", PartitionWatcher[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int brokerId;
    private final Uuid topicId;
    /// Another one after the replica has moved to another directory.
    private volatile PartitionLog log;
    private volatile Leadership leadership;
    private volatile int minInSyncReplicas;
    private volatile long highWatermark;
    private volatile PartitionWatcher[] watchers = NOBODY;

    /// A partition whose log is open. A leader whose in-sync replicas are itself alone starts with everything in its
    /// log committed.
    Partition(int brokerId, Uuid topicId, PartitionLog log, Leadership leadership, int minInSyncReplicas) {
        this.brokerId = brokerId;
        this.topicId = topicId;
        this.log = log;
        this.leadership = leadership;
        this.minInSyncReplicas = minInSyncReplicas;
        this.highWatermark = log.logStartOffset();
        log.onDurable(this::durable);
        lead(leadership);
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

    public Leadership leadership() {
        return leadership;
    }

    public boolean isLeader() {
        return leadership.leaderId() == brokerId;
    }

    public int leaderEpoch() {
        return leadership.leaderEpoch();
    }

    /// Records below this offset are committed: they survive as long as an in-sync replica does.
    public long highWatermark() {
        return highWatermark;
    }

    /// Records below this offset are committed and belong to no open transaction.
    public long lastStableOffset() {
        return log.lastStableOffset(highWatermark);
    }

    void minInSyncReplicas(int count) {
        minInSyncReplicas = count;
    }

    /// Takes over what a new cluster image says about leadership.
    void lead(Leadership changed) {
        leadership = changed;
        if (changed.leaderId() == brokerId) {
            if (log.latestLeaderEpoch().orElse(-1) < changed.leaderEpoch()) log.startLeaderEpoch(changed.leaderEpoch());
            advance();
        }
        wakeWatchers();
    }

    /// Appends to the log as its leader.
    ///
    /// @param allReplicas the producer asked for `acks=all`, which needs `min.insync.replicas` of them
    public LeaderAppend append(ByteBuffer batches, AppendOrigin origin, boolean allReplicas) {
        return appended(allReplicas, (to, epoch) -> to.append(batches, origin, epoch));
    }

    @FunctionalInterface
    private interface Append {
        AppendResult to(PartitionLog log, int leaderEpoch);
    }

    private LeaderAppend appended(boolean allReplicas, Append append) {
        Leadership now = leadership;
        if (now.leaderId() != brokerId) return new LeaderAppend.NotLeader(now.leaderId(), now.leaderEpoch());
        int inSync = now.inSyncReplicas().size();
        if (allReplicas && inSync < minInSyncReplicas) {
            return new LeaderAppend.NotEnoughReplicas(inSync, minInSyncReplicas);
        }
        PartitionLog used = log;
        AppendResult result = append.to(used, now.leaderEpoch());
        // The replica has moved meanwhile. A batch with this broker's own timestamps would be refused if it came again:
        // its producer sends it anew.
        if (result instanceof AppendResult.Closed
                && log != used
                && used.config().timestamps().type() == TimestampType.CREATE_TIME) {
            result = append.to(log, now.leaderEpoch());
        }
        if (result instanceof AppendResult.Appended) {
            advance();
            wakeWatchers();
        }
        return new LeaderAppend.Done(result);
    }

    /// Appends a transactional batch as the leader, see [PartitionLog#appendTransactional].
    public LeaderAppend appendTransactional(
            ByteBuffer batches, AppendOrigin origin, Verification verification, boolean allReplicas) {
        return appended(allReplicas, (to, epoch) -> to.appendTransactional(batches, origin, epoch, verification));
    }

    /// Ends a transaction on this partition as its leader; markers need `min.insync.replicas` like all that a
    /// coordinator writes.
    public LeaderAppend endTransaction(TransactionMarker marker) {
        return appended(true, (to, epoch) -> to.endTransaction(marker, epoch));
    }

    /// Moves the high watermark as far as all in-sync replicas have got. This broker alone: to the end of its log.
    private void advance() {
        if (leadership.inSyncReplicas().size() > 1) return;
        long end = log.durableEndOffset();
        long before;
        do {
            before = highWatermark;
            if (end <= before) return;
        } while (!HIGH_WATERMARK.compareAndSet(this, before, end));
    }

    /// The replica has moved: a complete copy takes the place of its log.
    void follow(PartitionLog copy) {
        copy.onDurable(this::durable);
        log = copy;
    }

    /// A commit of the journal has carried the log's records to stable storage, or failed to.
    private void durable() {
        if (isLeader()) advance();
        wakeWatchers();
    }

    /// Waits until everything below `offset` is committed; for virtual threads.
    ///
    /// @param deadlineNanos on the scale of [Clock#nanos]
    /// @return false when the deadline passed, the disk failed or the thread was interrupted first
    public boolean awaitCommitted(long offset, long deadlineNanos, Clock clock) {
        return await(() -> highWatermark >= offset, deadlineNanos, clock);
    }

    /// Waits until everything below `offset` is as safe on this broker's disk as its topic asks; for virtual threads.
    public boolean awaitDurable(long offset, long deadlineNanos, Clock clock) {
        return await(() -> log.durableEndOffset() >= offset, deadlineNanos, clock);
    }

    private boolean await(BooleanSupplier reached, long deadlineNanos, Clock clock) {
        if (reached.getAsBoolean()) return true;
        Thread waiting = Thread.currentThread();
        PartitionWatcher wake = partition -> LockSupport.unpark(waiting);
        watch(wake);
        try {
            while (!reached.getAsBoolean()) {
                if (deadlineNanos - clock.nanos() <= 0
                        || waiting.isInterrupted()
                        || log.failure().isPresent()) return false;
                clock.parkUntil(this, deadlineNanos);
            }
            return true;
        } finally {
            unwatch(wake);
        }
    }

    /// Something that readers see has changed without an append: the log start, a transaction's end.
    public void changed() {
        if (isLeader()) advance();
        wakeWatchers();
    }

    public void watch(PartitionWatcher watcher) {
        PartitionWatcher[] before;
        PartitionWatcher[] after;
        do {
            before = watchers;
            after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = watcher;
        } while (!WATCHERS.compareAndSet(this, before, after));
    }

    public void unwatch(PartitionWatcher watcher) {
        PartitionWatcher[] before;
        PartitionWatcher[] after;
        do {
            before = watchers;
            int at = Arrays.asList(before).indexOf(watcher);
            if (at < 0) return;
            after = before.length == 1 ? NOBODY : new PartitionWatcher[before.length - 1];
            System.arraycopy(before, 0, after, 0, at);
            System.arraycopy(before, at + 1, after, at, before.length - at - 1);
        } while (!WATCHERS.compareAndSet(this, before, after));
    }

    private void wakeWatchers() {
        for (PartitionWatcher watcher : watchers) watcher.moved(this);
    }
}
