package barnabas.coordination;

/// The end of a producer's transaction, as every participant has to learn it.
///
/// @param coordinatorEpoch the leader epoch of the coordinator's partition, which fences an older coordinator
/// @param transactionVersion from 2 on the epoch must be newer than that of the data
public record Marker(Producer producer, int coordinatorEpoch, boolean commit, short transactionVersion) {}
