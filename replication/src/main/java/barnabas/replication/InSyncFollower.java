package barnabas.replication;

/// A follower in sync, as its leader knows it.
///
/// @param startOffset of its log
/// @param endOffset of its log
/// @param caughtUpNanos the last moment at which it had all that its leader had
public record InSyncFollower(int brokerId, long startOffset, long endOffset, long caughtUpNanos) {
    /// Whether it has more than another one, or caught up later.
    public boolean isAheadOf(InSyncFollower other) {
        return endOffset != other.endOffset ? endOffset > other.endOffset : caughtUpNanos - other.caughtUpNanos > 0;
    }
}
