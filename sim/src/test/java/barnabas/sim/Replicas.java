package barnabas.sim;

import barnabas.base.SimulatedDisk;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.LogRecord;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The records that the disks of all nodes hold of a partition: the same on each, once everything is healed.
final class Replicas {
    private static final long DECOMPRESSED_BYTES_MAX = 1 << 20;

    private Replicas() {}

    /// The first difference between the replicas, null without one.
    static @Nullable String difference(List<SimulatedHost> hosts, Partition partition) {
        Map<Long, String> first = Map.of();
        for (SimulatedHost host : hosts) {
            Map<Long, String> records = records(host.disk(), Path.of("/data", partition.name()));
            if (host == hosts.getFirst()) first = records;
            String difference = difference(first, records);
            if (difference != null)
                return "n" + hosts.getFirst().id() + " and n" + host.id() + " differ: " + difference;
        }
        return null;
    }

    private static @Nullable String difference(Map<Long, String> one, Map<Long, String> other) {
        for (var each : one.entrySet()) {
            String there = other.get(each.getKey());
            if (!each.getValue().equals(there))
                return each.getValue() + " at " + each.getKey() + ", " + (there == null ? "nothing" : there);
        }
        return other.size() > one.size() ? (other.size() - one.size()) + " records more" : null;
    }

    /// Values by offset, with the leader epoch of their batch. Read past the disk's faults.
    static Map<Long, String> records(SimulatedDisk disk, Path directory) {
        var records = new TreeMap<Long, String>();
        for (Path file : disk.list(directory)) {
            if (!file.getFileName().toString().endsWith(".log")) continue;
            ByteBuffer bytes = ByteBuffer.wrap(disk.contentOf(file));
            for (var batches = new BatchCursor(bytes); batches.next(); ) add(batches.batch(), records);
        }
        return records;
    }

    private static void add(RecordBatch batch, Map<Long, String> records) {
        try (RecordCursor cursor = RecordCursor.over(batch, DECOMPRESSED_BYTES_MAX)) {
            while (cursor.next()) {
                LogRecord record = cursor.record();
                ByteBuffer value = record.value();
                String text = value == null
                        ? "null"
                        : StandardCharsets.UTF_8.decode(value.duplicate()).toString();
                records.put(record.offset(), text + " of epoch " + batch.leaderEpoch());
            }
        } catch (InvalidRecordsException e) {
            records.put(batch.baseOffset(), String.valueOf(e.getMessage()));
        }
    }
}
