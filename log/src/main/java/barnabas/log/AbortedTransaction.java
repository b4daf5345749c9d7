package barnabas.log;

/// A transaction whose records a read_committed consumer must skip.
///
/// @param lastOffset the offset of its abort marker
/// @param lastStableOffset the partition's last stable offset after the abort
public record AbortedTransaction(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}
