package barnabas.log;

import barnabas.log.partition.PartitionLog;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// The values that a consumer of committed records gets from a log.
final class CommittedValues {
    private CommittedValues() {}

    /// Without the padding, for messages that can be read.
    static List<String> unpadded(List<String> values) {
        return values.stream().map(value -> value.replace("x", "")).toList();
    }

    /// As a consumer filters: a producer's records are dropped from the first offset of an aborted transaction to
    /// its marker.
    static List<String> of(PartitionLog log, long start, long stable) throws IOException {
        var found = new ArrayList<String>();
        long next = start;
        while (next < stable) {
            try (var slice = (LogSlice) log.read(next, 400, true, stable)) {
                var aborted = new ArrayList<>(log.abortedTransactions(slice));
                var dropped = new HashSet<Long>();
                var batches = new BatchCursor(slice.copy());
                long before = next;
                while (batches.next()) {
                    var batch = batches.batch();
                    next = batch.nextOffset();
                    aborted.removeIf(
                            each -> each.firstOffset() <= batch.lastOffset() && dropped.add(each.producerId()));
                    if (batch.isControl()) dropped.remove(batch.producerId());
                    else if (!batch.isTransactional() || !dropped.contains(batch.producerId()))
                        addValues(batch, start, stable, found);
                }
                if (next == before) break;
            }
        }
        return found;
    }

    private static void addValues(RecordBatch batch, long from, long to, List<String> target) {
        try (var records = RecordCursor.over(batch, Long.MAX_VALUE)) {
            while (records.next())
                if (records.offset() >= from && records.offset() < to) target.add(LogFixture.text(records.record()));
        } catch (InvalidRecordsException damaged) {
            throw new AssertionError(damaged);
        }
    }
}
