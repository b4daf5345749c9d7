package barnabas.log;

/// The end of a transaction on a partition, as its coordinator orders it (WriteTxnMarkers).
///
/// @param transactionVersion of the producer's transactions; from 2 on every transaction has its own epoch (KIP-890)
public record TransactionMarker(
        long producerId, short producerEpoch, int coordinatorEpoch, boolean commit, int transactionVersion) {}
