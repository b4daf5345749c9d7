package barnabas.coordination.transactions;

import barnabas.coordination.Marker;

/// Brings markers to partitions, wherever their leaders are. May block.
public interface PartitionMarkers {
    /// @return when the marker is committed, or why it is not there
    Outcome write(Participant participant, Marker marker);

    /// Result of writing one marker.
    enum Outcome {
        WRITTEN,
        /// The partition has nothing of this transaction that a marker could end: it was deleted, or a later epoch
        /// of the producer has been there already.
        NOT_NEEDED,
        /// The partition cannot take it now.
        TRY_AGAIN
    }
}
