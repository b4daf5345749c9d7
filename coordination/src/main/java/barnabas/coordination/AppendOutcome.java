package barnabas.coordination;

import barnabas.protocol.ErrorCode;

/// Result of appending a batch of a shard.
public sealed interface AppendOutcome {
    /// In the local log; not yet committed unless `highWatermark` says so.
    ///
    /// @param endOffset the offset after the batch
    /// @param highWatermark as known when the append returned
    record Appended(long endOffset, long highWatermark) implements AppendOutcome {}

    /// Nothing was written.
    ///
    /// @param error what the partition answered, for example NOT_LEADER_OR_FOLLOWER, NOT_ENOUGH_REPLICAS,
    ///     MESSAGE_TOO_LARGE, KAFKA_STORAGE_ERROR, INVALID_PRODUCER_EPOCH
    record Failed(ErrorCode error) implements AppendOutcome {}
}
