package barnabas.coordination.groups;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.groups.consumer.ConsumerGroup;
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
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Consumer groups as their records in one partition of `__consumer_offsets` describe them.
final class StoredConsumerGroups {
    private final Map<String, Group> groups;
    private final GroupCharges charges;

    /// @param groups of all kinds, by id
    StoredConsumerGroups(Map<String, Group> groups, GroupCharges charges) {
        this.groups = groups;
        this.charges = charges;
    }

    /// Returns false for a record of something else.
    boolean replay(CoordinatorRecord record) {
        Message value = record.value();
        switch (record.key()) {
            case ConsumerGroupMetadataKey key -> {
                if (value != null) consumerGroup(key.groupId()).replayEpoch((ConsumerGroupMetadataValue) value);
                else if (groups.get(key.groupId()) instanceof Group.Consumer) {
                    groups.remove(key.groupId());
                    charges.giveBack(key.groupId());
                }
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
            // Kafka 4.0 and older kept metadata of topics, which the topics themselves have.
            case ConsumerGroupPartitionMetadataKey key -> {}
            default -> {
                return false;
            }
        }
        return true;
    }

    /// Ignores a tombstone of a group that is gone.
    private void ifAny(String groupId, @Nullable Message value, Consumer<ConsumerGroup> replay) {
        if (value != null) replay.accept(consumerGroup(groupId));
        else if (groups.get(groupId) instanceof Group.Consumer(var known)) replay.accept(known);
    }

    private ConsumerGroup consumerGroup(String groupId) {
        if (groups.get(groupId) instanceof Group.Consumer(var known)) return known;
        // A classic group can only be there because of its offsets, without a record of its own.
        var created = new ConsumerGroup(groupId);
        groups.put(groupId, new Group.Consumer(created));
        charges.take(groupId);
        return created;
    }
}
