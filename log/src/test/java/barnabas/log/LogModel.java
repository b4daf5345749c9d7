package barnabas.log;

import barnabas.log.partition.PartitionLog;
import barnabas.log.producers.ProducerEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A log as simple as it can be: every batch that was appended, in a list.
final class LogModel {
    /// @param marker the producer's open transaction ends here
    record Batch(
            long baseOffset,
            List<String> keys,
            List<String> values,
            long producerId,
            int epoch,
            int sequence,
            boolean transactional,
            boolean marker,
            boolean commit,
            int leaderEpoch,
            ByteBuffer sent) {
        long nextOffset() {
            return baseOffset + (marker ? 1 : values.size());
        }
    }

    /// @param aborted for good: its marker is there
    /// @param decided not part of an open transaction
    record Entry(String key, String value, boolean aborted, boolean decided) {}

    private final List<Batch> batches = new ArrayList<>();
    private long startOffset;
    /// Start of the log when it holds nothing.
    private long emptyEnd;

    LogModel copy() {
        var copy = new LogModel();
        copy.batches.addAll(batches);
        copy.startOffset = startOffset;
        copy.emptyEnd = emptyEnd;
        return copy;
    }

    long startOffset() {
        return startOffset;
    }

    void startAt(long offset) {
        startOffset = offset;
    }

    long endOffset() {
        return batches.isEmpty() ? emptyEnd : batches.getLast().nextOffset();
    }

    void add(Batch batch) {
        batches.add(batch);
    }

    /// Forgets every batch that does not end at or before `offset`.
    void cut(long offset) {
        batches.removeIf(batch -> batch.nextOffset() > offset);
        if (batches.isEmpty()) emptyEnd = Math.min(emptyEnd, offset);
        startOffset = Math.min(startOffset, endOffset());
    }

    void startOver(long offset) {
        batches.clear();
        startOffset = offset;
        emptyEnd = offset;
    }

    /// The last batches of a producer's present epoch, the oldest first.
    List<Batch> lastOf(long producerId) {
        var found = new ArrayList<Batch>();
        int epoch = epochOf(producerId);
        for (var batch : batches)
            if (batch.producerId() == producerId && batch.epoch() == epoch && !batch.marker()) found.add(batch);
        return found.subList(Math.max(0, found.size() - ProducerEntry.BATCHES_MAX), found.size());
    }

    int epochOf(long producerId) {
        int epoch = 0;
        for (var batch : batches) if (batch.producerId() == producerId) epoch = batch.epoch();
        return epoch;
    }

    int nextSequenceOf(long producerId) {
        var last = lastOf(producerId);
        if (last.isEmpty()) return 0;
        return last.getLast().sequence() + last.getLast().values().size();
    }

    /// First offsets of open transactions by producer.
    Map<Long, Long> openTransactions() {
        var open = new HashMap<Long, Long>();
        for (var batch : batches) {
            if (batch.marker()) open.remove(batch.producerId());
            else if (batch.transactional()) open.putIfAbsent(batch.producerId(), batch.baseOffset());
        }
        return open;
    }

    long lastStableOffset(long highWatermark) {
        var open = new HashMap<Long, Long>();
        var holding = new TreeSet<Long>();
        for (var batch : batches) {
            if (batch.marker()) {
                var first = open.remove(batch.producerId());
                if (first != null && batch.baseOffset() >= highWatermark) holding.add(first);
            } else if (batch.transactional()) {
                open.putIfAbsent(batch.producerId(), batch.baseOffset());
            }
        }
        holding.addAll(open.values());
        if (holding.isEmpty()) return highWatermark;
        return Math.min(highWatermark, Math.max(startOffset, holding.getFirst()));
    }

    /// Every data record that was appended, by its offset.
    TreeMap<Long, Entry> entries() {
        var ends = new HashMap<Long, Boolean>();
        var open = new HashMap<Long, List<Batch>>();
        for (var batch : batches) {
            if (batch.marker()) {
                var of = open.remove(batch.producerId());
                if (of != null) for (var each : of) ends.put(each.baseOffset(), batch.commit());
            } else if (batch.transactional()) {
                open.computeIfAbsent(batch.producerId(), _ -> new ArrayList<>()).add(batch);
            }
        }
        var found = new TreeMap<Long, Entry>();
        for (var batch : batches) {
            if (batch.marker()) continue;
            boolean decided = !batch.transactional() || ends.containsKey(batch.baseOffset());
            boolean aborted = batch.transactional() && decided && !ends.getOrDefault(batch.baseOffset(), true);
            for (int i = 0; i < batch.values().size(); i++)
                found.put(
                        batch.baseOffset() + i,
                        new Entry(batch.keys().get(i), batch.values().get(i), aborted, decided));
        }
        return found;
    }

    /// Records that a read_committed reader gets, found by looking at everything.
    List<String> committedValuesFrom(long offset, long lastStableOffset, Set<Long> survivors) {
        var found = new ArrayList<String>();
        for (var each : entries().subMap(offset, lastStableOffset).entrySet())
            if (each.getValue().decided() && !each.getValue().aborted() && survivors.contains(each.getKey()))
                found.add(each.getValue().value());
        return found;
    }

    /// Replication moves by whole batches.
    long boundaryAtOrBelow(long offset) {
        long boundary = batches.isEmpty() ? emptyEnd : batches.getFirst().baseOffset();
        for (var batch : batches) if (batch.nextOffset() <= offset) boundary = batch.nextOffset();
        return boundary;
    }

    int leaderEpochAt(long offset) {
        for (var batch : batches) if (offset < batch.nextOffset()) return batch.leaderEpoch();
        return -1;
    }

    /// True when a log is a beginning of this history.
    boolean begins(PartitionLog log) throws IOException {
        var entries = entries();
        for (var record : LogFixture.recordsFrom(log, log.logStartOffset(), log.logEndOffset())) {
            var entry = entries.get(record.offset());
            if (entry == null || !entry.value().equals(LogFixture.text(record))) return false;
        }
        // a marker has no records to compare
        return boundaryAtOrBelow(log.logEndOffset()) == log.logEndOffset();
    }
}
