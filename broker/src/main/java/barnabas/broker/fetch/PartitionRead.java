package barnabas.broker.fetch;

import barnabas.log.AbortedTransaction;
import barnabas.log.EpochEndOffset;
import barnabas.log.LogSlice;
import barnabas.protocol.ErrorCode;
import barnabas.replication.Partition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Result of one look at a partition.
///
/// @param slice the records, null when there are none to send; owned by the holder of this value
/// @param aborted transactions whose records the client must skip; null for read_uncommitted
/// @param preferredReplica the broker that a consumer should read from instead (KIP-392), -1 for none
/// @param diverging where the client's log and ours part, null when they do not (KIP-320)
record PartitionRead(
        FetchedPartition partition,
        ErrorCode error,
        long highWatermark,
        long lastStableOffset,
        long logStartOffset,
        @Nullable LogSlice slice,
        @Nullable List<AbortedTransaction> aborted,
        @Nullable EpochEndOffset diverging,
        int preferredReplica) {
    static final int NO_REPLICA = -1;

    static PartitionRead failed(FetchedPartition partition, ErrorCode error) {
        return new PartitionRead(partition, error, -1, -1, -1, null, null, null, NO_REPLICA);
    }

    /// Without records.
    static PartitionRead empty(
            FetchedPartition fetched, Partition partition, @Nullable EpochEndOffset diverging, int preferredReplica) {
        return new PartitionRead(
                fetched,
                ErrorCode.NONE,
                partition.highWatermark(),
                partition.lastStableOffset(),
                partition.log().logStartOffset(),
                null,
                null,
                diverging,
                preferredReplica);
    }

    /// True for a consumer that is to read from a follower.
    boolean isElsewhere() {
        return preferredReplica != NO_REPLICA;
    }

    int sizeBytes() {
        return slice == null ? 0 : slice.sizeBytes();
    }

    void discard() {
        if (slice != null) slice.close();
    }
}
