package barnabas.broker.fetch;

import barnabas.log.AbortedTransaction;
import barnabas.log.EpochEndOffset;
import barnabas.log.LogSlice;
import barnabas.protocol.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Result of one look at a partition.
///
/// @param slice the records, null when there are none to send; owned by the holder of this value
/// @param aborted transactions whose records the client must skip; null for read_uncommitted
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
        int leaderId,
        int leaderEpoch) {

    static PartitionRead failed(FetchedPartition partition, ErrorCode error) {
        return new PartitionRead(partition, error, -1, -1, -1, null, null, null, -1, -1);
    }

    int sizeBytes() {
        return slice == null ? 0 : slice.sizeBytes();
    }

    void discard() {
        if (slice != null) slice.close();
    }
}
