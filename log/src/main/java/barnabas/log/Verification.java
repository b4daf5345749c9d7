package barnabas.log;

/// Stands for one question to a transaction coordinator: may this producer's transaction begin on this partition? The
/// answer counts only as long as no marker has ended a transaction of the producer in between (KIP-890).
///
/// @param epochPerTransaction the producer's transactions have an epoch each, so their first sequence is 0
public record Verification(long producerId, short producerEpoch, long number, boolean epochPerTransaction) {
    /// No coordinator was asked: only a transaction that is open already may go on.
    public static final Verification NONE = new Verification(-1, (short) -1, -1, false);
}
