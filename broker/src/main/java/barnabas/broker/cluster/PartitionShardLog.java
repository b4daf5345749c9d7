package barnabas.broker.cluster;

import barnabas.coordination.AppendOutcome;
import barnabas.coordination.Marker;
import barnabas.coordination.ShardLog;
import barnabas.coordination.VerificationProof;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogSlice;
import barnabas.log.ReadResult;
import barnabas.log.Verification;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.records.BatchCursor;
import barnabas.replication.LeaderAppend;
import barnabas.replication.Partition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// A partition of an internal topic for the coordinator shard that lives in it. The shard appends in the leader epoch
/// that it was elected in: later epochs refuse it.
record PartitionShardLog(Partition partition, int leaderEpoch, int loadBytes) implements ShardLog {
    @Override
    public AppendOutcome append(ByteBuffer batch) {
        return outcome(partition.appendIn(leaderEpoch, batch, AppendOrigin.COORDINATOR));
    }

    @Override
    public AppendOutcome append(ByteBuffer batch, VerificationProof admission) {
        if (!(admission instanceof LogVerification(Verification verification))) {
            throw new IllegalArgumentException("bug: not of this log: " + admission);
        }
        return outcome(partition.appendTransactionalIn(leaderEpoch, batch, AppendOrigin.COORDINATOR, verification));
    }

    @Override
    public AppendOutcome appendMarker(Marker marker, long nowMillis) {
        return outcome(partition.endTransactionIn(leaderEpoch, TransactionMarkers.stored(marker)));
    }

    private AppendOutcome outcome(LeaderAppend append) {
        return switch (append) {
            case LeaderAppend.Done(AppendResult.Appended(long base, long last, long time, long start), int epoch) ->
                new AppendOutcome.Appended(last + 1, highWatermark());
            case LeaderAppend.Done(AppendResult refused, int epoch) -> new AppendOutcome.Failed(errorOf(refused));
            case LeaderAppend.NotLeader other -> new AppendOutcome.Failed(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            case LeaderAppend.NotEnoughReplicas few -> new AppendOutcome.Failed(ErrorCode.NOT_ENOUGH_REPLICAS);
        };
    }

    static ErrorCode errorOf(AppendResult result) {
        return switch (result) {
            case AppendResult.TooLarge large -> ErrorCode.MESSAGE_TOO_LARGE;
            case AppendResult.LargerThanSegment large -> ErrorCode.RECORD_LIST_TOO_LARGE;
            case AppendResult.InvalidProducerEpoch stale -> ErrorCode.INVALID_PRODUCER_EPOCH;
            case AppendResult.InvalidTransactionState state -> ErrorCode.INVALID_TXN_STATE;
            case AppendResult.CoordinatorFenced fenced -> ErrorCode.TRANSACTION_COORDINATOR_FENCED;
            case AppendResult.OldDuplicate old -> ErrorCode.DUPLICATE_SEQUENCE_NUMBER;
            case AppendResult.OutOfOrderSequence gap -> ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
            case AppendResult.Fenced fenced -> ErrorCode.NOT_LEADER_OR_FOLLOWER;
            case AppendResult.Closed closed -> ErrorCode.NOT_LEADER_OR_FOLLOWER;
            case AppendResult.StorageFailed failed -> ErrorCode.KAFKA_STORAGE_ERROR;
            case AppendResult.Appended appended -> ErrorCode.NONE;
            case AppendResult.Duplicate duplicate -> ErrorCode.NONE;
            case AppendResult.Corrupt corrupt -> ErrorCode.CORRUPT_MESSAGE;
            case AppendResult.UnsupportedMagic magic -> ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT;
            case AppendResult.InvalidRecord invalid -> ErrorCode.INVALID_RECORD;
            case AppendResult.InvalidTimestamp invalid -> ErrorCode.INVALID_TIMESTAMP;
            case AppendResult.UnsupportedCodec codec -> ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
            case AppendResult.TakesLong late -> ErrorCode.UNKNOWN_SERVER_ERROR;
            case AppendResult.UnexpectedOffset offset -> ErrorCode.UNKNOWN_SERVER_ERROR;
        };
    }

    @Override
    public void readAll(Consumer<ByteBuffer> sink) throws IOException {
        long offset = partition.log().logStartOffset();
        long end = partition.log().logEndOffset();
        while (offset < end) {
            switch (partition.log().read(offset, loadBytes, true, end)) {
                case ReadResult.OutOfRange gone ->
                    throw new IOException("offset " + offset + " of " + partition.topicPartition() + " is gone");
                case ReadResult.Damaged damage -> throw damage.cause();
                case ReadResult.StorageFailed failure -> throw failure.cause();
                case LogSlice slice -> {
                    ByteBuffer bytes;
                    try (slice) {
                        bytes = slice.copy();
                    }
                    long next = endOfWholeBatches(bytes);
                    if (next < 0) return;
                    offset = next;
                    sink.accept(bytes);
                }
            }
        }
    }

    /// Sets the buffer's limit after its last whole batch and returns the offset that follows; -1 when there is none.
    private static long endOfWholeBatches(ByteBuffer bytes) {
        long next = -1;
        int end = bytes.position();
        var cursor = new BatchCursor(bytes);
        while (cursor.next()) {
            next = cursor.batch().nextOffset();
            end = cursor.batch().start() + cursor.batch().sizeBytes();
        }
        bytes.limit(end);
        return next;
    }

    /// High watermark of this epoch, 0 when it is over: the next leader may have committed other records.
    @Override
    public long highWatermark() {
        long highWatermark = partition.highWatermark(); // before the epoch: of this one or an earlier one
        return partition.leaderEpoch() == leaderEpoch ? highWatermark : 0;
    }

    @Override
    public int batchBytesMax() {
        return partition.log().config().maxMessageBytes();
    }
}
