package barnabas.coordination.groups;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Producer;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.consumer.ConsumerGroup;
import barnabas.coordination.groups.offsets.Offsets;
import barnabas.protocol.Message;
import barnabas.protocol.group.ConsumerGroupCurrentMemberAssignmentKey;
import barnabas.protocol.group.ConsumerGroupCurrentMemberAssignmentValue;
import barnabas.protocol.group.ConsumerGroupMemberMetadataKey;
import barnabas.protocol.group.ConsumerGroupMemberMetadataValue;
import barnabas.protocol.group.ConsumerGroupMetadataKey;
import barnabas.protocol.group.ConsumerGroupMetadataValue;
import barnabas.protocol.group.ConsumerGroupPartitionMetadataKey;
import barnabas.protocol.group.ConsumerGroupRegularExpressionKey;
import barnabas.protocol.group.ConsumerGroupRegularExpressionValue;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMemberKey;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMemberValue;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMetadataKey;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMetadataValue;
import barnabas.protocol.group.GroupMetadataKey;
import barnabas.protocol.group.GroupMetadataValue;
import barnabas.protocol.group.OffsetCommitKey;
import barnabas.protocol.group.OffsetCommitValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// State of the groups in one partition of `__consumer_offsets`: changed by replaying records, never otherwise.
final class StoredGroups {
    private final Map<String, Group> groups = new HashMap<>();
    private final Offsets offsets;
    private long commitMillis;

    StoredGroups(Offsets offsets) {
        this.offsets = offsets;
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
        switch (record.key()) {
            case OffsetCommitKey key -> {
                offsets.replay(key, (OffsetCommitValue) record.value(), offset, producer);
                if (record.value() != null) groups.computeIfAbsent(key.group(), this::simpleGroup);
            }
            case GroupMetadataKey key -> replay(key.group(), (GroupMetadataValue) record.value());
            default -> replayConsumer(record);
        }
    }

    private void replayConsumer(CoordinatorRecord record) {
        Message value = record.value();
        switch (record.key()) {
            case ConsumerGroupMetadataKey key -> {
                if (value != null) consumerGroup(key.groupId()).replayEpoch((ConsumerGroupMetadataValue) value);
                else if (groups.get(key.groupId()) instanceof Group.Consumer) groups.remove(key.groupId());
            }
            case ConsumerGroupMemberMetadataKey key ->
                ifAny(
                        key.groupId(),
                        value,
                        group -> group.replayMember(key.memberId(), (ConsumerGroupMemberMetadataValue) value));
            case ConsumerGroupTargetAssignmentMetadataKey key ->
                ifAny(
                        key.groupId(),
                        value,
                        group -> group.replayTargetEpoch((ConsumerGroupTargetAssignmentMetadataValue) value));
            case ConsumerGroupTargetAssignmentMemberKey key ->
                ifAny(
                        key.groupId(),
                        value,
                        group -> group.replayTarget(key.memberId(), (ConsumerGroupTargetAssignmentMemberValue) value));
            case ConsumerGroupCurrentMemberAssignmentKey key ->
                ifAny(
                        key.groupId(),
                        value,
                        group ->
                                group.replayCurrent(key.memberId(), (ConsumerGroupCurrentMemberAssignmentValue) value));
            case ConsumerGroupRegularExpressionKey key ->
                ifAny(
                        key.groupId(),
                        value,
                        group -> group.replayRegex(
                                key.regularExpression(), (ConsumerGroupRegularExpressionValue) value));
            // What Kafka 4.0 and older kept of topics follows from the topics themselves.
            case ConsumerGroupPartitionMetadataKey key -> {}
            default -> throw new IllegalStateException("bug: decoded and not replayed: " + record);
        }
    }

    /// A tombstone has nothing to say about a group that is gone.
    private void ifAny(String groupId, @Nullable Message value, Consumer<ConsumerGroup> replay) {
        if (value != null) replay.accept(consumerGroup(groupId));
        else if (groups.get(groupId) instanceof Group.Consumer(var known)) replay.accept(known);
    }

    private ConsumerGroup consumerGroup(String groupId) {
        if (groups.get(groupId) instanceof Group.Consumer(var known)) return known;
        // A classic group can only be there because of its offsets, without a record of its own.
        var created = new ConsumerGroup(groupId);
        groups.put(groupId, new Group.Consumer(created));
        return created;
    }

    private void replay(String groupId, @Nullable GroupMetadataValue value) {
        if (value != null) classicGroup(groupId).replay(value);
        else if (groups.get(groupId) instanceof Group.Classic) groups.remove(groupId);
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
