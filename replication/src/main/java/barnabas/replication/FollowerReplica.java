package barnabas.replication;

import barnabas.base.Clock;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.EpochEndOffset;
import barnabas.log.partition.PartitionLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A replica that another broker leads, for its fetcher. Every call names the leader epoch that was asked for:
/// answers of an earlier one change nothing, under the log's lock.
///
/// Owner: the thread of its fetcher, or the event loop that fetches in its place.
public final class FollowerReplica {
    private static final Logger LOG = LoggerFactory.getLogger(FollowerReplica.class);

    private final Partition partition;
    private final Clock clock;

    FollowerReplica(Partition partition, Clock clock) {
        this.partition = partition;
        this.clock = clock;
    }

    public Partition partition() {
        return partition;
    }

    /// The offset to fetch from.
    public long endOffset() {
        return partition.log().logEndOffset();
    }

    public long startOffset() {
        return partition.log().logStartOffset();
    }

    /// The epoch of the last record, -1 without one.
    public int lastEpoch() {
        return partition.log().latestLeaderEpoch().orElse(-1);
    }

    /// Appends what the leader of `leaderEpoch` sent: whole batches as they are, a cut last one is left out.
    public AppendResult append(ByteBuffer batches, int leaderEpoch) {
        return append(batches, AppendOrigin.REPLICATION, leaderEpoch);
    }

    /// As [#append] on an event loop: [AppendResult.TakesLong] for what has to come again on another thread.
    public AppendResult appendOnLoop(ByteBuffer batches, int leaderEpoch) {
        return append(batches, AppendOrigin.REPLICATION_ON_LOOP, leaderEpoch);
    }

    private AppendResult append(ByteBuffer batches, AppendOrigin origin, int leaderEpoch) {
        PartitionLog log = partition.log();
        int bytes = batches.remaining();
        AppendResult result = log.append(batches, origin, leaderEpoch);
        if (result instanceof AppendResult.Appended) {
            ends(log);
            partition.traffic().replicated(bytes);
        }
        return result;
    }

    private void ends(PartitionLog log) {
        partition.step(() -> {
            partition.core().logEnds(log.logEndOffset(), log.durableEndOffset());
            return Duties.NONE;
        });
    }

    /// Takes over how far the leader's log is committed and where it starts.
    public void leaderIsAt(int leaderEpoch, long highWatermark, long logStartOffset) {
        boolean moved = partition.step(() -> partition.core().leaderHighWatermark(leaderEpoch, highWatermark));
        PartitionLog log = partition.log();
        boolean shortened = logStartOffset > log.logStartOffset();
        if (shortened) log.advanceLogStartOffset(logStartOffset);
        if (moved || shortened) partition.wakeWatchers();
    }

    /// Truncates to where this log and the leader's part (KIP-595): the leader's end of the largest epoch that is not
    /// above the last one here.
    ///
    /// @return false when the epoch is over: nothing was removed
    public boolean truncate(int leaderEpoch, EpochEndOffset leaderEnd) throws IOException {
        PartitionLog log = partition.log();
        EpochEndOffset own = log.endOffsetOf(leaderEnd.leaderEpoch());
        long target;
        if (own.leaderEpoch() < 0) target = Math.min(leaderEnd.endOffset(), log.logEndOffset());
        else if (own.leaderEpoch() == leaderEnd.leaderEpoch())
            target = Math.min(own.endOffset(), leaderEnd.endOffset());
        else target = own.endOffset();
        return truncateTo(leaderEpoch, target);
    }

    /// Truncates to the end of a leader whose log is shorter than this one and does not say where they part.
    ///
    /// @return false when the epoch is over: nothing was removed
    public boolean truncateTo(int leaderEpoch, long offset) throws IOException {
        PartitionLog log = partition.log();
        lose(leaderEpoch, offset);
        if (!log.truncateTo(offset, leaderEpoch)) return false;
        ends(log);
        return true;
    }

    /// Removes everything: the leader's log starts behind this one.
    ///
    /// @return false when the epoch is over: nothing was removed
    public boolean startOver(int leaderEpoch, long offset) throws IOException {
        PartitionLog log = partition.log();
        LOG.info("{} starts over at the leader's first offset {}", log.partition(), offset);
        if (!log.truncateFullyAndStartAt(offset, leaderEpoch)) return false;
        ends(log);
        return true;
    }

    /// Committed records are removed only when the leader does not have them: after an unclean election.
    private void lose(int leaderEpoch, long offset) {
        long committed = partition.highWatermark();
        if (offset >= committed) return;
        LOG.warn(
                "{} loses committed records from offset {} to {}: the leader of epoch {} does not have them",
                partition.topicPartition(),
                offset,
                committed,
                leaderEpoch);
        partition.step(() -> partition.core().divergedUncleanly(leaderEpoch, offset));
    }

    /// True when this replica's directory has failed.
    public boolean hasFailed() {
        return partition.log().failure().isPresent();
    }

    /// True when this replica's disk has everything as its topic asks.
    public boolean isDurable() {
        PartitionLog log = partition.log();
        return log.durableEndOffset() >= log.logEndOffset();
    }

    /// Waits until this replica's disk has what was appended as its topic asks: a fetch says so to the leader.
    ///
    /// @return false when that did not happen in time or cannot happen any more
    public boolean awaitDurable(long deadlineNanos) {
        PartitionLog log = partition.log();
        long end = log.logEndOffset();
        if (log.durableEndOffset() >= end) return true;
        partition.waitsForDurability(Thread.currentThread());
        try {
            while (log.durableEndOffset() < end) {
                if (log.failure().isPresent() || deadlineNanos - clock.nanos() <= 0) return false;
                if (Thread.currentThread().isInterrupted()) return false;
                clock.parkUntil(this, deadlineNanos);
            }
            return true;
        } finally {
            partition.waitsForDurability(null);
        }
    }
}
