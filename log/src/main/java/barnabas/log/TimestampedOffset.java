package barnabas.log;

/// An answer of ListOffsets.
///
/// @param timestampMillis of the record at `offset`, -1 when there is none
/// @param leaderEpoch of the batch that holds it, -1 when unknown
public record TimestampedOffset(long offset, long timestampMillis, int leaderEpoch) {}
