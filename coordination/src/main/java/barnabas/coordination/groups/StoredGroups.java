package barnabas.coordination.groups;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Producer;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.offsets.Offsets;
import barnabas.protocol.group.GroupMetadataKey;
import barnabas.protocol.group.GroupMetadataValue;
import barnabas.protocol.group.OffsetCommitKey;
import barnabas.protocol.group.OffsetCommitValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Groups and offsets of one partition of `__consumer_offsets`: changed by replaying its records, never otherwise.
final class StoredGroups {
    private final Map<String, Group> groups = new HashMap<>();
    private final GroupCharges charges;
    private final StoredConsumerGroups consumer;
    private final Offsets offsets;
    private long commitMillis;

    StoredGroups(Offsets offsets, GroupMemory memory) {
        this.offsets = offsets;
        this.charges = new GroupCharges(memory);
        this.consumer = new StoredConsumerGroups(groups, charges);
    }

    /// The shard goes away, and this with it.
    void unloaded() {
        charges.giveBackAll();
        offsets.unloaded();
    }

    /// The groups by id; the owner of the shard adds those that have no record yet.
    Map<String, Group> byId() {
        return groups;
    }

    /// Groups that the next commit brings into being are as old as this.
    void commitAt(long millis) {
        commitMillis = millis;
    }

    void replay(CoordinatorRecord record, long offset, @Nullable Producer producer) {
        boolean known = replayOffset(record, offset, producer) || replayClassic(record) || consumer.replay(record);
        if (!known) throw new IllegalStateException("bug: decoded and not replayed: " + record);
    }

    private boolean replayOffset(CoordinatorRecord record, long offset, @Nullable Producer producer) {
        if (!(record.key() instanceof OffsetCommitKey key)) return false;
        offsets.replay(key, (OffsetCommitValue) record.value(), offset, producer);
        if (record.value() != null) groups.computeIfAbsent(key.group(), this::simpleGroup);
        return true;
    }

    private boolean replayClassic(CoordinatorRecord record) {
        if (!(record.key() instanceof GroupMetadataKey key)) return false;
        replay(key.group(), (GroupMetadataValue) record.value());
        return true;
    }

    private void replay(String groupId, @Nullable GroupMetadataValue value) {
        if (value != null) {
            classicGroup(groupId).replay(value);
            charges.take(groupId);
        } else if (groups.get(groupId) instanceof Group.Classic) {
            groups.remove(groupId);
            charges.giveBack(groupId);
        }
    }

    /// The classic group with this id, which is created when there is none: a group without a record of its own
    /// has nothing but offsets.
    private ClassicGroup classicGroup(String groupId) {
        if (groups.get(groupId) instanceof Group.Classic(var known)) return known;
        var created = new ClassicGroup(groupId, commitMillis);
        groups.put(groupId, new Group.Classic(created));
        return created;
    }

    private Group simpleGroup(String groupId) {
        return new Group.Classic(new ClassicGroup(groupId, commitMillis));
    }

    /// All that must survive, for comparisons.
    List<String> describe() {
        var lines = new ArrayList<String>(offsets.describe());
        for (Group group : groups.values()) {
            switch (group) {
                case Group.Classic(var known) ->
                    lines.add("classic " + known.id() + " generation=" + known.generation() + " " + bytesOf(known));
                case Group.Consumer(var known) -> lines.addAll(known.describeState());
            }
        }
        lines.sort(null);
        return lines;
    }

    private static String bytesOf(ClassicGroup group) {
        return HexFormat.of()
                .formatHex(group.toValue()
                        .toVersionedBuffer(GroupMetadataValue.HIGHEST_VERSION)
                        .array());
    }
}
