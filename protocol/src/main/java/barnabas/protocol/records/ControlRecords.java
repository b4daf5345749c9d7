package barnabas.protocol.records;

import java.nio.ByteBuffer;
import java.util.List;

/// Batches that the broker writes for itself among a partition's data: transaction markers and leader changes.
public final class ControlRecords {
    private ControlRecords() {}

    /// One whole control batch that ends the producer's open transaction on a partition (KIP-98).
    public static ByteBuffer endTransaction(
            boolean commit, long producerId, short producerEpoch, int coordinatorEpoch, long timestampMillis) {
        return new RecordBatchBuilder(barnabas.protocol.compression.Compression.NONE).build();
    }

    /// One whole control batch that says who leads from here on (KIP-595).
    public static ByteBuffer leaderChange(
            int leaderId, List<Integer> voters, List<Integer> grantingVoters, long timestampMillis) {
        return new RecordBatchBuilder(barnabas.protocol.compression.Compression.NONE).build();
    }
}
