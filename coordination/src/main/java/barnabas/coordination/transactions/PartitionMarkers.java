package barnabas.coordination.transactions;

import barnabas.coordination.Marker;
import java.util.Collection;
import java.util.Map;

/// Brings markers to partitions, wherever their leaders are. May block.
public interface PartitionMarkers {
    /// Returns when the marker is committed in all of these partitions, or cannot be now.
    ///
    /// @return an outcome for each participant
    Map<Participant, Outcome> write(Collection<Participant> participants, Marker marker);

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
