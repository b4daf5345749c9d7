package barnabas.coordination.transactions;

import barnabas.coordination.Marker;
import java.util.List;

/// Work to do at the end of a transaction, now that the decision is committed. The shell reports on each order
/// once, with [TransactionShard#markersWritten]: two writers of one marker at a time could end the transaction
/// after it.
public sealed interface MarkerOrder {
    record Write(String transactionalId, Marker marker, List<Participant> participants) implements MarkerOrder {}

    /// The decision was not committed in time, or the shard is unloaded: nothing was written.
    record Withdrawn() implements MarkerOrder {}
}
