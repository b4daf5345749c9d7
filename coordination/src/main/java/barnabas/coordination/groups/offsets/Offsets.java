package barnabas.coordination.groups.offsets;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Producer;
import barnabas.protocol.group.OffsetCommitKey;
import barnabas.protocol.group.OffsetCommitValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The committed offsets of all groups of a shard, and those that open transactions would commit. Changes only
/// by replaying records. Owner: the shard.
public final class Offsets {
    private final OffsetTable<CommittedOffset> committed = new OffsetTable<>();
    /// By producer id: what its open transaction has written.
    private final Map<Long, OffsetTable<CommittedOffset>> pending = new HashMap<>();
    /// Which producers have an open transaction on a partition.
    private final OffsetTable<Set<Long>> open = new OffsetTable<>();

    private final OffsetMemory memory;
    /// The part of `memory` that this shard takes.
    private long heldBytes;

    public Offsets(OffsetMemory memory) {
        this.memory = memory;
    }

    private void hold(long bytes) {
        heldBytes += bytes;
        memory.add(bytes);
    }

    /// The shard goes away, and this with it.
    public void unloaded() {
        hold(-heldBytes);
    }

    private void putCommitted(String group, String topic, int partition, CommittedOffset offset) {
        CommittedOffset before = committed.put(group, topic, partition, offset);
        hold(OffsetMemory.bytes(group, offset) - (before == null ? 0 : OffsetMemory.bytes(group, before)));
    }

    private void removed(String group, @Nullable CommittedOffset offset) {
        if (offset != null) hold(-OffsetMemory.bytes(group, offset));
    }

    /// Whether a group may commit here: there is room, or an offset that it replaces.
    ///
    /// @param askedBytes what the same request adds already
    boolean hasRoomFor(String group, String topic, int partition, String metadata, long askedBytes) {
        long bytes = OffsetMemory.bytes(group, metadata);
        CommittedOffset before = committed.find(group, topic, partition);
        if (before != null && bytes <= OffsetMemory.bytes(group, before)) return true;
        return memory.hasRoomFor(askedBytes + bytes);
    }

    public void replay(
            OffsetCommitKey key, @Nullable OffsetCommitValue value, long recordOffset, @Nullable Producer producer) {
        String group = key.group();
        String topic = key.topic();
        int partition = key.partition();
        if (value == null) {
            removed(group, committed.remove(group, topic, partition));
            forgetPending(group, topic, partition);
            return;
        }
        CommittedOffset offset = CommittedOffset.of(value, recordOffset);
        if (producer == null) {
            putCommitted(group, topic, partition, offset);
        } else {
            OffsetTable<CommittedOffset> table = pending.computeIfAbsent(producer.id(), any -> new OffsetTable<>());
            removed(group, table.put(group, topic, partition, offset));
            hold(OffsetMemory.bytes(group, offset));
            Set<Long> producers = open.find(group, topic, partition);
            if (producers == null) {
                producers = new HashSet<>();
                open.put(group, topic, partition, producers);
            }
            producers.add(producer.id());
        }
    }

    private void forgetPending(String group, String topic, int partition) {
        Set<Long> producers = open.remove(group, topic, partition);
        if (producers == null) return;
        for (long producer : producers) {
            OffsetTable<CommittedOffset> table = pending.get(producer);
            if (table == null) continue;
            removed(group, table.remove(group, topic, partition));
            if (table.isEmpty()) pending.remove(producer);
        }
    }

    /// A producer's transaction has ended.
    public void replayMarker(Producer producer, boolean commit) {
        OffsetTable<CommittedOffset> table = pending.remove(producer.id());
        if (table == null) return;
        for (String group : table.groups()) {
            table.forEach(group, (topic, partition, offset) -> {
                removed(group, offset);
                Set<Long> producers = open.find(group, topic, partition);
                if (producers != null) {
                    producers.remove(producer.id());
                    if (producers.isEmpty()) open.remove(group, topic, partition);
                }
                if (!commit) return;
                CommittedOffset present = committed.find(group, topic, partition);
                // A plain commit that was written later counts.
                if (present == null || present.recordOffset() < offset.recordOffset()) {
                    putCommitted(group, topic, partition, offset);
                }
            });
        }
    }

    @Nullable
    CommittedOffset find(String group, String topic, int partition) {
        return committed.find(group, topic, partition);
    }

    boolean isPending(String group, String topic, int partition) {
        return open.find(group, topic, partition) != null;
    }

    Map<String, Map<Integer, CommittedOffset>> ofGroup(String group) {
        return committed.topics(group);
    }

    Set<String> groupsWithOffsets() {
        return committed.groups();
    }

    /// Looks at a committed offset.
    @FunctionalInterface
    public interface Visitor {
        void visit(String group, String topic, int partition, long offset);
    }

    /// Visits all committed offsets.
    ///
    /// @return their number
    public long visit(Visitor visitor) {
        var count = new long[1];
        for (String group : committed.groups()) {
            committed.forEach(group, (topic, partition, offset) -> {
                count[0]++;
                visitor.visit(group, topic, partition, offset.offset());
            });
        }
        return count[0];
    }

    boolean hasPending(String group) {
        return open.has(group);
    }

    /// Tombstones for everything that a group has committed or has pending.
    public List<CoordinatorRecord> removalOf(String group) {
        var keys = new HashSet<OffsetCommitKey>();
        committed.forEach(group, (topic, partition, offset) -> keys.add(new OffsetCommitKey(group, topic, partition)));
        open.forEach(group, (topic, partition, producers) -> keys.add(new OffsetCommitKey(group, topic, partition)));
        var records = new ArrayList<CoordinatorRecord>(keys.size());
        for (OffsetCommitKey key : keys) records.add(OffsetRecords.offsetTombstone(key));
        return records;
    }

    /// Tombstones for topics that no longer exist.
    public List<CoordinatorRecord> removalOfTopics(Set<String> topics) {
        var keys = new HashSet<OffsetCommitKey>();
        for (String group : committed.groups()) collect(committed.topics(group), group, topics, keys);
        for (String group : open.groups()) collect(open.topics(group), group, topics, keys);
        var records = new ArrayList<CoordinatorRecord>(keys.size());
        for (OffsetCommitKey key : keys) records.add(OffsetRecords.offsetTombstone(key));
        return records;
    }

    private static <V> void collect(
            Map<String, Map<Integer, V>> table, String group, Set<String> topics, Set<OffsetCommitKey> keys) {
        for (String topic : topics) {
            for (int partition : table.getOrDefault(topic, Map.of()).keySet()) {
                keys.add(new OffsetCommitKey(group, topic, partition));
            }
        }
    }

    /// Everything, for comparisons: `group topic-partition offset leaderEpoch "metadata"`, pending ones with
    /// their producer, in order.
    public List<String> describe() {
        var lines = new ArrayList<String>();
        for (String group : committed.groups()) {
            committed.forEach(group, (topic, partition, offset) -> lines.add(line(group, topic, partition, offset)));
        }
        pending.forEach((producer, table) -> {
            for (String group : table.groups()) {
                table.forEach(
                        group,
                        (topic, partition, offset) ->
                                lines.add(line(group, topic, partition, offset) + " pending by " + producer));
            }
        });
        lines.sort(null);
        return lines;
    }

    private static String line(String group, String topic, int partition, CommittedOffset offset) {
        return group + " " + topic + "-" + partition + " " + offset.offset() + " " + offset.leaderEpoch() + " \""
                + offset.metadata() + "\" " + offset.expireMillis() + " " + offset.recordOffset();
    }
}
