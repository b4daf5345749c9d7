package barnabas.log;

/// End of the records of a leader epoch (KIP-101, KIP-279).
///
/// @param leaderEpoch the largest epoch in the log that is not above the requested one, -1 when there is none
/// @param endOffset the offset after its last record, -1 when there is none
public record EpochEndOffset(int leaderEpoch, long endOffset) {
    public static final EpochEndOffset UNDEFINED = new EpochEndOffset(-1, -1);
}
