package barnabas.log;

import java.io.IOException;
import java.util.List;

/// Result of an append. Everything but [Appended] and [Duplicate] means that nothing was written.
public sealed interface AppendResult {
    /// The last offset that the batches have in the log; -1 when they are not in it.
    default long lastOffset() {
        return -1;
    }

    /// Written to the page cache (or further, as the flush settings say).
    ///
    /// @param logAppendTimeMillis the time given to all records, -1 with CreateTime
    record Appended(long baseOffset, long lastOffset, long logAppendTimeMillis, long logStartOffset)
            implements AppendResult {}

    /// An idempotent producer's batch that is already in the log: answered as a success with where it is.
    record Duplicate(long baseOffset, long lastOffset, long logAppendTimeMillis, long logStartOffset)
            implements AppendResult {}

    /// DUPLICATE_SEQUENCE_NUMBER: an idempotent producer's batch that is in the log for certain, at a place that is not
    /// known any more. Clients take that for a success. Apache Kafka answers OUT_OF_ORDER_SEQUENCE_NUMBER, and they
    /// send it again until their time is over.
    ///
    /// @param lastOffset at or behind its last record
    /// @param message as for a sequence that is out of order
    record OldDuplicate(long lastOffset, String message) implements AppendResult {}

    /// CORRUPT_MESSAGE.
    record Corrupt(String message) implements AppendResult {}

    /// MESSAGE_TOO_LARGE: over `max.message.bytes`.
    record TooLarge(String message) implements AppendResult {}

    /// RECORD_LIST_TOO_LARGE: over `segment.bytes`.
    record LargerThanSegment(String message) implements AppendResult {}

    /// UNSUPPORTED_FOR_MESSAGE_FORMAT or INVALID_RECORD by request version: an older format (0, 1) or an unknown one.
    record UnsupportedMagic(byte magic, String message) implements AppendResult {}

    /// INVALID_RECORD.
    ///
    /// @param errors which records, when it is about single ones
    record InvalidRecord(String message, List<RecordError> errors) implements AppendResult {}

    /// INVALID_TIMESTAMP.
    record InvalidTimestamp(String message, List<RecordError> errors) implements AppendResult {}

    /// Nothing is wrong so far, but checking the batch, or a truncation that it must come after, takes more time than
    /// an event loop has ([AppendOrigin#isOnLoop]).
    record TakesLong() implements AppendResult {}

    /// UNSUPPORTED_COMPRESSION_TYPE: codec bits that name no codec.
    record UnsupportedCodec(String message) implements AppendResult {}

    /// OUT_OF_ORDER_SEQUENCE_NUMBER.
    record OutOfOrderSequence(String message) implements AppendResult {}

    /// INVALID_PRODUCER_EPOCH.
    record InvalidProducerEpoch(String message) implements AppendResult {}

    /// INVALID_TXN_STATE.
    record InvalidTransactionState(String message) implements AppendResult {}

    /// TRANSACTION_COORDINATOR_FENCED: a marker of an older coordinator epoch.
    record CoordinatorFenced(String message) implements AppendResult {}

    /// A replicated batch that does not continue this log.
    record UnexpectedOffset(long expectedOffset, long actualOffset) implements AppendResult {}

    /// NOT_LEADER_OR_FOLLOWER: the append was meant for an earlier leader epoch than the log is in by now.
    ///
    /// @param leaderEpoch the log's
    record Fenced(int leaderEpoch) implements AppendResult {}

    /// The log was closed or deleted under the caller: NOT_LEADER_OR_FOLLOWER.
    record Closed() implements AppendResult {}

    /// KAFKA_STORAGE_ERROR.
    record StorageFailed(IOException cause) implements AppendResult {}

    /// One record that was refused.
    ///
    /// @param batchIndex its place in the batch, from 0
    record RecordError(int batchIndex, String message) {
        /// As Kafka's messages quote it.
        @Override
        public String toString() {
            return "RecordError(batchIndex=" + batchIndex + ", message='" + message + "')";
        }
    }
}
