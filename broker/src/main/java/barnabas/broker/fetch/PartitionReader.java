package barnabas.broker.fetch;

import barnabas.base.Clock;
import barnabas.broker.leaders.KnownLeaders;
import barnabas.broker.leaders.KnownLeaders.Named;
import barnabas.broker.leaders.RackReplicas;
import barnabas.log.AbortedTransaction;
import barnabas.log.EpochEndOffset;
import barnabas.log.LogSlice;
import barnabas.log.ReadResult;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.replication.Elections;
import barnabas.replication.EpochEnds;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks at single partitions on behalf of a fetch.
public final class PartitionReader {
    /// Memory is read faster than this, disks are not: 0.5 ms for a megabyte.
    private static final long SLOW_NANOS_PER_KIB = 500;

    private static final long NOTE_NANOS_MAX = 2_000_000_000;
    private static final int NOTES_PER_LAG = 10;

    private static final byte READ_UNCOMMITTED = 0;
    private static final byte READ_COMMITTED = 1;

    /// From this version on consumers may read from followers (KIP-392).
    private static final short FOLLOWERS_SINCE = 11;

    /// The client of a fetch.
    ///
    /// @param isolationLevel as it was sent; nothing is read under an unknown one
    /// @param follower the broker that fetches for its replicas, null for a consumer
    /// @param rack of a consumer, empty when it has none
    /// @param listener of its connection
    public record Reader(
            short version, byte isolationLevel, @Nullable FetchingFollower follower, String rack, String listener) {}

    private final LocalPartitions partitions;
    private final KnownLeaders leaders;
    private final DiskPool disk;
    private final Clock clock;
    private final Reader reader;
    private final boolean readCommitted;
    private final @Nullable FetchingFollower follower;
    private final boolean rackAware;

    /// @param rackAware whether consumers are sent to followers in their rack
    public PartitionReader(
            LocalPartitions partitions,
            KnownLeaders leaders,
            DiskPool disk,
            Clock clock,
            Reader reader,
            boolean rackAware) {
        this.partitions = partitions;
        this.leaders = leaders;
        this.disk = disk;
        this.clock = clock;
        this.reader = reader;
        this.follower = reader.follower();
        this.readCommitted = reader.isolationLevel() == READ_COMMITTED;
        this.rackAware = rackAware;
    }

    /// Whether followers are answered as soon as the high watermark moves, for the consumers that read from them.
    boolean sendsHighWatermarks() {
        return rackAware && follower != null;
    }

    Elections elections() {
        return partitions.elections();
    }

    boolean isForFollower() {
        return follower != null;
    }

    @Nullable
    Partition find(FetchedPartition.Key key) {
        return key.topic().isEmpty()
                ? partitions.find(key.topicId(), key.index())
                : partitions.find(key.topic(), key.index());
    }

    /// Name of the topic of an id, here or on other brokers; null when there is none.
    @Nullable
    String topicName(FetchedPartition.Key key) {
        Partition found = find(key);
        return found == null
                ? leaders.image().topic(key.topicId()).map(TopicImage::name).orElse(null)
                : found.topicPartition().topic();
    }

    private Named named(FetchedPartition.Key key) {
        return reader.version() >= Fetch.TOPIC_IDS_SINCE
                ? Named.byId(key.topicId(), key.index())
                : Named.byName(key.topic(), key.index());
    }

    /// The leader of a partition that this broker does not lead; its address on the client's listener is added.
    KnownLeaders.Leader leader(FetchedPartition.Key key, KnownLeaders.Addresses addresses) {
        return leaders.leader(named(key), reader.listener(), addresses);
    }

    /// The broker that fetches for its replicas; null for a consumer.
    @Nullable
    FetchingFollower follower() {
        return follower;
    }

    /// Time between two notes that a follower is at the end of a partition that does not move. So much earlier than
    /// after `replica.lag.time.max.ms` it may leave the in-sync replicas.
    long noteIntervalNanos() {
        return Math.min(NOTE_NANOS_MAX, TimeUnit.MILLISECONDS.toNanos(partitions.lagMillisMax()) / NOTES_PER_LAG);
    }

    /// Whether the follower is in sync in a partition, as the image says.
    boolean isInSync(FetchedPartition fetched) {
        Partition partition = find(fetched.key());
        return follower != null
                && partition != null
                && partition.state().inSyncReplicas().contains(follower.brokerId());
    }

    /// Takes note of how far the follower is in a partition that has not moved since the last look, which found the
    /// follower at its end.
    ///
    /// @return false when that look may not stand for another one
    boolean noteProgress(FetchedPartition fetched) {
        Partition partition = fetched.watched();
        if (partition == null || follower == null || rackAware) return false;
        int epoch = partition.leaderEpoch();
        FetchPartition wanted = fetched.wanted();
        if (wanted.currentLeaderEpoch() != epoch
                || !partition.isLeader()
                || partition.log().failure().isPresent()) return false;
        follower.isAt(partition, epoch, wanted.fetchOffset());
        return true;
    }

    /// Null when the records are old, so that the disk may be slow, and `mayWaitForDisk` is false.
    ///
    /// @param mayWaitForDisk on a thread of the [DiskPool]
    @Nullable
    PartitionRead read(FetchedPartition fetched, int bytesMax, boolean atLeastOneBatch, boolean mayWaitForDisk) {
        Partition partition = find(fetched.key());
        if (partition == null) return PartitionRead.failed(fetched, leaders.absent(named(fetched.key())));
        if (partition.log().failure().isPresent()) return PartitionRead.failed(fetched, ErrorCode.KAFKA_STORAGE_ERROR);
        if (!readCommitted && reader.isolationLevel() != READ_UNCOMMITTED) {
            return PartitionRead.failed(fetched, ErrorCode.INVALID_REQUEST);
        }
        FetchPartition wanted = fetched.wanted();
        int epoch = partition.leaderEpoch();
        ErrorCode stale = stale(partition, wanted, epoch);
        if (stale != ErrorCode.NONE) return PartitionRead.failed(fetched, stale);
        int preferred = rackAware && follower == null
                ? RackReplicas.preferred(
                        partition, wanted.fetchOffset(), reader.rack(), reader.listener(), leaders.image())
                : PartitionRead.NO_REPLICA;
        if (preferred != PartitionRead.NO_REPLICA) return PartitionRead.empty(fetched, partition, null, preferred);
        EpochEndOffset diverging = divergence(partition, wanted);
        // a follower whose log parts from this one holds nothing that counts
        if (follower != null && diverging == null) follower.isAt(partition, epoch, wanted.fetchOffset());
        if (follower != null) partition.followerStartsAt(follower.brokerId(), wanted.logStartOffset());
        if (diverging != null) return PartitionRead.empty(fetched, partition, diverging, PartitionRead.NO_REPLICA);
        if (follower != null && isHeldBack(partition, follower))
            return PartitionRead.empty(fetched, partition, null, PartitionRead.NO_REPLICA);
        long highWatermark = partition.highWatermark();
        long stable = partition.lastStableOffset();
        long logStart = partition.log().logStartOffset();
        long bound = follower != null ? partition.log().logEndOffset() : readCommitted ? stable : highWatermark;
        boolean nothing = bytesMax <= 0 && !atLeastOneBatch;
        boolean recent = nothing || partition.log().isRecent(wanted.fetchOffset(), bound);
        if (!recent && !mayWaitForDisk) return null;
        ReadResult result = partition
                .log()
                .read(wanted.fetchOffset(), Math.min(bytesMax, wanted.partitionMaxBytes()), atLeastOneBatch, bound);
        if (recent) fetched.readRecent();
        else if (result instanceof LogSlice slice && !load(slice, partition, fetched)) {
            partition.traffic().readFailed();
            return PartitionRead.failed(fetched, ErrorCode.KAFKA_STORAGE_ERROR);
        }
        return switch (result) {
            case ReadResult.OutOfRange outOfRange -> PartitionRead.failed(fetched, ErrorCode.OFFSET_OUT_OF_RANGE);
            case ReadResult.Damaged damage -> {
                partition.traffic().readFailed();
                yield PartitionRead.failed(fetched, ErrorCode.CORRUPT_MESSAGE);
            }
            case ReadResult.StorageFailed failure -> {
                partition.traffic().readFailed();
                yield PartitionRead.failed(fetched, ErrorCode.KAFKA_STORAGE_ERROR);
            }
            case LogSlice slice -> found(fetched, partition, slice, highWatermark, stable, logStart);
        };
    }

    /// The reason why a client may not read here in the epoch that it names. Consumers may read from followers, up to
    /// the high watermark that is known there; without a leader none is known after a start.
    private ErrorCode stale(Partition partition, FetchPartition wanted, int epoch) {
        int asked = wanted.currentLeaderEpoch();
        boolean mayFollow = follower == null
                && reader.version() >= FOLLOWERS_SINCE
                && partition.state().leaderId() >= 0;
        // the epoch first, as in Kafka: a client may know of a leader before this broker does
        if (asked >= 0 && asked < epoch) return ErrorCode.FENCED_LEADER_EPOCH;
        if (asked > epoch) return ErrorCode.UNKNOWN_LEADER_EPOCH;
        if (!partition.isLeader() && !mayFollow) return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        if (follower == null || partition.state().replicas().contains(follower.brokerId())) return ErrorCode.NONE;
        // one of the two has an older image; without an epoch it is not known which
        return asked >= 0 ? ErrorCode.UNKNOWN_LEADER_EPOCH : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    /// A follower in sync is never held back.
    private boolean isHeldBack(Partition partition, FetchingFollower by) {
        return partitions
                        .throttles()
                        .leader()
                        .holdsBack(
                                partition.topicId(), partition.topicPartition().partition())
                && !partition.state().inSyncReplicas().contains(by.brokerId());
    }

    /// Counts bytes that are sent from a partition.
    void sent(Partition partition, int bytes) {
        if (follower == null) {
            partition.traffic().sent(bytes);
            return;
        }
        partition.traffic().sentToFollower(bytes);
        int index = partition.topicPartition().partition();
        partitions.throttles().leader().count(partition.topicId(), index, bytes);
    }

    /// Has the disk deliver what will be sent and, to who reads in order, what comes next.
    private boolean load(LogSlice slice, Partition partition, FetchedPartition fetched) {
        try {
            long before = clock.nanos();
            slice.load(disk.scratch());
            boolean slow = clock.nanos() - before > SLOW_NANOS_PER_KIB * (1 + slice.sizeBytes() / 1024);
            if (fetched.readCold(slice, slow)) readAhead(slice.following());
            return true;
        } catch (IOException e) {
            partition.log().readFailed(e);
            slice.close();
            return false;
        }
    }

    private void readAhead(LogSlice next) {
        LogSlice taken = next;
        boolean accepted = disk.offer(() -> {
            try (taken) {
                taken.load(disk.scratch());
            } catch (IOException e) {
                // the read itself meets the error again
                return;
            }
        });
        if (!accepted) next.close();
    }

    /// Whether there are records at the offset that the client asked for, be they in `read` or left out for lack of
    /// room.
    boolean hasMore(PartitionRead read) {
        if (follower != null) {
            Partition partition = find(read.partition().key());
            return partition != null
                    && read.partition().wanted().fetchOffset() < partition.log().logEndOffset();
        }
        long bound = readCommitted ? read.lastStableOffset() : read.highWatermark();
        return read.partition().wanted().fetchOffset() < bound;
    }

    private PartitionRead found(
            FetchedPartition fetched,
            Partition partition,
            LogSlice slice,
            long highWatermark,
            long stable,
            long logStart) {
        List<AbortedTransaction> aborted = null;
        if (readCommitted) {
            try {
                // Only those with records in the slice: there may be any number of later ones.
                aborted = partition.log().abortedTransactions(slice);
            } catch (IOException e) {
                slice.close();
                return PartitionRead.failed(fetched, ErrorCode.KAFKA_STORAGE_ERROR);
            }
        }
        if (slice.sizeBytes() == 0) slice.close();
        return new PartitionRead(
                fetched,
                ErrorCode.NONE,
                highWatermark,
                stable,
                logStart,
                slice.sizeBytes() == 0 ? null : slice,
                aborted,
                null,
                PartitionRead.NO_REPLICA);
    }

    /// A client that sends the epoch of its last record learns when that record was truncated here (KIP-320).
    private static @Nullable EpochEndOffset divergence(Partition partition, FetchPartition wanted) {
        if (wanted.lastFetchedEpoch() < 0) return null;
        EpochEndOffset end = EpochEnds.of(partition, wanted.lastFetchedEpoch());
        if (end.leaderEpoch() < 0) return null;
        boolean parted = end.leaderEpoch() < wanted.lastFetchedEpoch() || end.endOffset() < wanted.fetchOffset();
        return parted ? end : null;
    }
}
