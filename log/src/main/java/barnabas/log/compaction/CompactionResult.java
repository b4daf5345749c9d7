package barnabas.log.compaction;

/// Result of a compaction.
public sealed interface CompactionResult {
    /// @param cleanedUpTo below this offset keys are unique now
    /// @param bytesBefore of the segments that were looked at
    /// @param bytesAfter of what they have become
    /// @param bytesRead in both passes
    /// @param keyBytes the memory that the keys took
    record Compacted(long cleanedUpTo, long bytesBefore, long bytesAfter, long bytesRead, long keys, long keyBytes)
            implements CompactionResult {}

    /// The log was closed, or the broker stops.
    record Abandoned() implements CompactionResult {}
}
