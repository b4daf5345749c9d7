package barnabas.replication;

import barnabas.log.ActiveProducer;
import barnabas.log.AppendOrigin;
import barnabas.log.TransactionMarker;
import barnabas.log.partition.PartitionLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// A partition that this broker leads and that a mirror fills with another cluster's batches, as they are. Every call
/// names the leader epoch of this cluster in which it was decided: in another one it changes nothing.
///
/// Owner: the thread that copies.
public final class MirrorReplica {
    private static final int TRANSACTION_VERSION = 1;

    private final Partition partition;

    public MirrorReplica(Partition partition) {
        this.partition = partition;
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

    /// Appends whole batches that continue this log, of leader epochs before this partition's own.
    public LeaderAppend append(ByteBuffer batches, int leaderEpoch) {
        return partition.appendedIn(leaderEpoch, (log, epoch) -> log.append(batches, AppendOrigin.REPLICATION, epoch));
    }

    /// Takes over where the source's log starts, as far as the records before it are committed here.
    public void sourceStartsAt(long offset) {
        PartitionLog log = partition.log();
        long start = Math.min(offset, partition.highWatermark());
        if (start > log.logStartOffset() && log.advanceLogStartOffset(start)) partition.wakeWatchers();
    }

    /// Removes records that the source does not have, committed ones too; followers truncate with their next fetch.
    ///
    /// @return false when the epoch is over: nothing was removed
    public boolean truncateTo(long offset, int leaderEpoch) throws IOException {
        cut(offset, leaderEpoch);
        if (!partition.log().truncateTo(offset, leaderEpoch)) return false;
        ends();
        return true;
    }

    /// Removes everything; the log starts at the source's first offset.
    ///
    /// @return false when the epoch is over: nothing was removed
    public boolean startAt(long offset, int leaderEpoch) throws IOException {
        cut(0, leaderEpoch);
        if (!partition.log().truncateFullyAndStartAt(offset, leaderEpoch)) return false;
        ends();
        return true;
    }

    private void cut(long offset, int leaderEpoch) {
        partition.step(() -> partition.core().cutAsLeader(leaderEpoch, offset));
    }

    private void ends() {
        PartitionLog log = partition.log();
        if (partition.step(() -> {
            partition.core().logEnds(log.logEndOffset(), log.durableEndOffset());
            return partition.core().durable(log.durableEndOffset());
        })) partition.wakeWatchers();
    }

    /// Producers that the copied records name, as far as they have not expired.
    public List<ActiveProducer> producers() {
        return partition.log().activeProducers();
    }

    /// Aborts a copied transaction that will not end any more: in an epoch of its own, so that what its producer sends
    /// later is refused.
    public LeaderAppend abort(ActiveProducer producer, int leaderEpoch) {
        short last = producer.producerEpoch();
        short epoch = last == Short.MAX_VALUE ? last : (short) (last + 1);
        var marker = new TransactionMarker(
                producer.producerId(), epoch, producer.coordinatorEpoch(), false, TRANSACTION_VERSION);
        return partition.appendedIn(leaderEpoch, (log, current) -> log.endTransaction(marker, current));
    }
}
