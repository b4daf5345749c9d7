package barnabas.log.compaction;

import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.ControlRecord.EndTransaction;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/// Separates the batches of aborted transactions from others while a log is walked from its start, and markers that
/// are still needed from those whose transaction has nothing left. All transactions on the way must be decided:
/// below the last stable offset. Owned by one thread; as large as the number of transactions that overlap.
public final class AbortedFilter {
    /// A transaction that a read_committed reader skips.
    public record Aborted(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}

    /// Verdict of compaction on a transaction marker.
    public sealed interface MarkerVerdict {
        /// Batches of its transaction are still there. An abort brings the entry of the index that it stands for.
        record Needed(List<Aborted> ended) implements MarkerVerdict {}

        /// Its transaction has no batches any more.
        record Orphaned() implements MarkerVerdict {}
    }

    private static final class Ongoing {
        private final Aborted transaction;
        private boolean seen;

        private Ongoing(Aborted transaction) {
            this.transaction = transaction;
        }
    }

    private final PriorityQueue<Aborted> coming = new PriorityQueue<>(Comparator.comparingLong(Aborted::firstOffset));
    private final Map<Long, Ongoing> aborting = new HashMap<>();
    private final Set<Long> committing = new HashSet<>();

    /// Announces aborted transactions, before the walk reaches them; one may be announced again.
    public void announce(List<Aborted> transactions) {
        coming.addAll(transactions);
    }

    private void arriveAt(long offset) {
        while (true) {
            var next = coming.peek();
            if (next == null || next.firstOffset() > offset) return;
            coming.remove();
            aborting.computeIfAbsent(next.producerId(), _ -> new Ongoing(next));
        }
    }

    /// True for data that no read_committed reader may see.
    public boolean isAborted(RecordBatch batch) {
        arriveAt(batch.lastOffset());
        if (!batch.isTransactional()) return false;
        var ongoing = aborting.get(batch.producerId());
        if (ongoing == null) {
            committing.add(batch.producerId());
            return false;
        }
        ongoing.seen = true;
        return true;
    }

    /// Takes a control batch.
    public MarkerVerdict marker(RecordBatch batch) throws InvalidRecordsException {
        arriveAt(batch.lastOffset());
        // what an emptied control batch ended has gone before it
        if (batch.recordCount() == 0) return new MarkerVerdict.Orphaned();
        return switch (ControlRecord.in(batch)) {
            case EndTransaction end
            when end.commit() ->
                committing.remove(batch.producerId())
                        ? new MarkerVerdict.Needed(List.of())
                        : new MarkerVerdict.Orphaned();
            case EndTransaction _ -> {
                var ongoing = aborting.remove(batch.producerId());
                yield ongoing != null && ongoing.seen
                        ? new MarkerVerdict.Needed(List.of(ongoing.transaction))
                        : new MarkerVerdict.Orphaned();
            }
            case ControlRecord.LeaderChange _, ControlRecord.Other _ -> new MarkerVerdict.Needed(List.of());
        };
    }
}
