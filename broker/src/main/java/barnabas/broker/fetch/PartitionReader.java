package barnabas.broker.fetch;

import barnabas.base.Clock;
import barnabas.log.AbortedTransaction;
import barnabas.log.EpochEndOffset;
import barnabas.log.LogSlice;
import barnabas.log.ReadResult;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks at single partitions on behalf of a fetch.
public final class PartitionReader {
    /// Memory is read faster than this, disks are not: 0.5 ms for a megabyte.
    private static final long SLOW_NANOS_PER_KIB = 500;

    private static final byte READ_UNCOMMITTED = 0;
    private static final byte READ_COMMITTED = 1;

    private final LocalPartitions partitions;
    private final DiskPool disk;
    private final Clock clock;
    private final byte isolationLevel;
    private final boolean readCommitted;
    private final boolean topicsById;
    private final @Nullable FetchingFollower follower;

    /// @param isolationLevel as the client sent it; nothing is read under an unknown one
    /// @param topicsById topics are named by id
    /// @param follower the broker that fetches for its replicas, null for a consumer
    public PartitionReader(
            LocalPartitions partitions,
            DiskPool disk,
            Clock clock,
            byte isolationLevel,
            boolean topicsById,
            @Nullable FetchingFollower follower) {
        this.topicsById = topicsById;
        this.follower = follower;
        this.partitions = partitions;
        this.disk = disk;
        this.clock = clock;
        this.isolationLevel = isolationLevel;
        this.readCommitted = isolationLevel == READ_COMMITTED;
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

    /// Null when the partition is not here.
    @Nullable
    String topicName(FetchedPartition.Key key) {
        Partition found = find(key);
        return found == null ? null : found.topicPartition().topic();
    }

    private boolean isOffline(FetchedPartition.Key key) {
        return key.topic().isEmpty()
                ? partitions.isOffline(key.topicId(), key.index())
                : partitions.isOffline(key.topic(), key.index());
    }

    /// A topic that is named by id may be known without having the partition.
    private ErrorCode notHere(FetchedPartition.Key key) {
        boolean unknownId = topicsById && !partitions.hasTopic(key.topicId());
        return unknownId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }

    /// Null when the records are old, so that the disk may be slow, and `mayWaitForDisk` is false.
    ///
    /// @param mayWaitForDisk on a thread of the [DiskPool]
    @Nullable
    PartitionRead read(FetchedPartition fetched, int bytesMax, boolean atLeastOneBatch, boolean mayWaitForDisk) {
        Partition partition = find(fetched.key());
        boolean offline = partition == null
                ? isOffline(fetched.key())
                : partition.log().failure().isPresent();
        if (offline) {
            return PartitionRead.failed(fetched, ErrorCode.KAFKA_STORAGE_ERROR);
        }
        if (partition == null) {
            return PartitionRead.failed(fetched, notHere(fetched.key()));
        }
        if (!readCommitted && isolationLevel != READ_UNCOMMITTED) {
            return PartitionRead.failed(fetched, ErrorCode.INVALID_REQUEST);
        }
        FetchPartition wanted = fetched.wanted();
        int epoch = partition.leaderEpoch();
        ErrorCode stale = !partition.isLeader()
                ? ErrorCode.NOT_LEADER_OR_FOLLOWER
                : wanted.currentLeaderEpoch() < 0 || wanted.currentLeaderEpoch() == epoch
                        ? ErrorCode.NONE
                        : wanted.currentLeaderEpoch() < epoch
                                ? ErrorCode.FENCED_LEADER_EPOCH
                                : ErrorCode.UNKNOWN_LEADER_EPOCH;
        if (stale != ErrorCode.NONE) {
            return new PartitionRead(
                    fetched,
                    stale,
                    -1,
                    -1,
                    -1,
                    null,
                    null,
                    null,
                    partition.state().leaderId(),
                    epoch);
        }
        if (follower != null && !partition.state().replicas().contains(follower.brokerId())) {
            // one of the two has an older image
            return PartitionRead.failed(fetched, ErrorCode.UNKNOWN_LEADER_EPOCH);
        }
        EpochEndOffset diverging = divergence(partition, wanted);
        // a follower whose log parts from this one holds nothing that counts
        if (follower != null && diverging == null) follower.isAt(partition, epoch, wanted.fetchOffset());
        long highWatermark = partition.highWatermark();
        long stable = partition.lastStableOffset();
        long logStart = partition.log().logStartOffset();
        if (diverging != null) {
            return new PartitionRead(
                    fetched, ErrorCode.NONE, highWatermark, stable, logStart, null, null, diverging, -1, -1);
        }
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
            case ReadResult.StorageFailed failure -> {
                partition.traffic().readFailed();
                yield PartitionRead.failed(fetched, ErrorCode.KAFKA_STORAGE_ERROR);
            }
            case LogSlice slice -> found(fetched, partition, slice, highWatermark, stable, logStart);
        };
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
                -1,
                -1);
    }

    /// A client that sends the epoch of its last record learns when that record was truncated here (KIP-320).
    private static @Nullable EpochEndOffset divergence(Partition partition, FetchPartition wanted) {
        if (wanted.lastFetchedEpoch() < 0) return null;
        EpochEndOffset end = partition.log().endOffsetOf(wanted.lastFetchedEpoch());
        if (end.leaderEpoch() < 0) return null;
        boolean parted = end.leaderEpoch() < wanted.lastFetchedEpoch() || end.endOffset() < wanted.fetchOffset();
        return parted ? end : null;
    }
}
