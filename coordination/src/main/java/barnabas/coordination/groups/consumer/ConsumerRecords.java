package barnabas.coordination.groups.consumer;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.groups.common.RecordKind;
import barnabas.protocol.group.ConsumerGroupCurrentMemberAssignmentKey;
import barnabas.protocol.group.ConsumerGroupCurrentMemberAssignmentValue;
import barnabas.protocol.group.ConsumerGroupMemberMetadataKey;
import barnabas.protocol.group.ConsumerGroupMemberMetadataValue;
import barnabas.protocol.group.ConsumerGroupMetadataKey;
import barnabas.protocol.group.ConsumerGroupMetadataValue;
import barnabas.protocol.group.ConsumerGroupPartitionMetadataKey;
import barnabas.protocol.group.ConsumerGroupPartitionMetadataValue;
import barnabas.protocol.group.ConsumerGroupRegularExpressionKey;
import barnabas.protocol.group.ConsumerGroupRegularExpressionValue;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMemberKey;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMemberValue;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMetadataKey;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMetadataValue;
import org.jspecify.annotations.Nullable;

/// Records of consumer groups: epochs of the group and of its target assignment, members, and what each may have and
/// has.
public final class ConsumerRecords {
    private static final RecordKind GROUP_EPOCH = new RecordKind(
            ConsumerGroupMetadataKey.RECORD_TYPE,
            ConsumerGroupMetadataValue.HIGHEST_VERSION,
            ConsumerGroupMetadataKey::read,
            ConsumerGroupMetadataValue::read);
    private static final RecordKind PARTITION_METADATA = new RecordKind(
            ConsumerGroupPartitionMetadataKey.RECORD_TYPE,
            ConsumerGroupPartitionMetadataValue.HIGHEST_VERSION,
            ConsumerGroupPartitionMetadataKey::read,
            ConsumerGroupPartitionMetadataValue::read);
    private static final RecordKind MEMBER = new RecordKind(
            ConsumerGroupMemberMetadataKey.RECORD_TYPE,
            ConsumerGroupMemberMetadataValue.HIGHEST_VERSION,
            ConsumerGroupMemberMetadataKey::read,
            ConsumerGroupMemberMetadataValue::read);
    private static final RecordKind TARGET_EPOCH = new RecordKind(
            ConsumerGroupTargetAssignmentMetadataKey.RECORD_TYPE,
            ConsumerGroupTargetAssignmentMetadataValue.HIGHEST_VERSION,
            ConsumerGroupTargetAssignmentMetadataKey::read,
            ConsumerGroupTargetAssignmentMetadataValue::read);
    private static final RecordKind TARGET = new RecordKind(
            ConsumerGroupTargetAssignmentMemberKey.RECORD_TYPE,
            ConsumerGroupTargetAssignmentMemberValue.HIGHEST_VERSION,
            ConsumerGroupTargetAssignmentMemberKey::read,
            ConsumerGroupTargetAssignmentMemberValue::read);
    private static final RecordKind CURRENT = new RecordKind(
            ConsumerGroupCurrentMemberAssignmentKey.RECORD_TYPE,
            ConsumerGroupCurrentMemberAssignmentValue.HIGHEST_VERSION,
            ConsumerGroupCurrentMemberAssignmentKey::read,
            ConsumerGroupCurrentMemberAssignmentValue::read);
    private static final RecordKind REGEX = new RecordKind(
            ConsumerGroupRegularExpressionKey.RECORD_TYPE,
            ConsumerGroupRegularExpressionValue.HIGHEST_VERSION,
            ConsumerGroupRegularExpressionKey::read,
            ConsumerGroupRegularExpressionValue::read);

    private ConsumerRecords() {}

    public static CoordinatorRecord groupEpoch(String groupId, ConsumerGroupMetadataValue value) {
        return new CoordinatorRecord(
                ConsumerGroupMetadataKey.RECORD_TYPE, new ConsumerGroupMetadataKey(groupId), value, (short) 0);
    }

    public static CoordinatorRecord groupEpochTombstone(String groupId) {
        return CoordinatorRecord.tombstone(ConsumerGroupMetadataKey.RECORD_TYPE, new ConsumerGroupMetadataKey(groupId));
    }

    /// Written by Kafka 4.0 and older; a later one only deletes it.
    public static CoordinatorRecord partitionMetadataTombstone(String groupId) {
        return CoordinatorRecord.tombstone(
                ConsumerGroupPartitionMetadataKey.RECORD_TYPE, new ConsumerGroupPartitionMetadataKey(groupId));
    }

    public static CoordinatorRecord member(String groupId, String memberId, ConsumerGroupMemberMetadataValue value) {
        return new CoordinatorRecord(
                ConsumerGroupMemberMetadataKey.RECORD_TYPE,
                new ConsumerGroupMemberMetadataKey(groupId, memberId),
                value,
                (short) 0);
    }

    public static CoordinatorRecord memberTombstone(String groupId, String memberId) {
        return CoordinatorRecord.tombstone(
                ConsumerGroupMemberMetadataKey.RECORD_TYPE, new ConsumerGroupMemberMetadataKey(groupId, memberId));
    }

    public static CoordinatorRecord targetEpoch(String groupId, ConsumerGroupTargetAssignmentMetadataValue value) {
        return new CoordinatorRecord(
                ConsumerGroupTargetAssignmentMetadataKey.RECORD_TYPE,
                new ConsumerGroupTargetAssignmentMetadataKey(groupId),
                value,
                (short) 0);
    }

    public static CoordinatorRecord targetEpochTombstone(String groupId) {
        return CoordinatorRecord.tombstone(
                ConsumerGroupTargetAssignmentMetadataKey.RECORD_TYPE,
                new ConsumerGroupTargetAssignmentMetadataKey(groupId));
    }

    public static CoordinatorRecord target(
            String groupId, String memberId, ConsumerGroupTargetAssignmentMemberValue value) {
        return new CoordinatorRecord(
                ConsumerGroupTargetAssignmentMemberKey.RECORD_TYPE,
                new ConsumerGroupTargetAssignmentMemberKey(groupId, memberId),
                value,
                (short) 0);
    }

    public static CoordinatorRecord targetTombstone(String groupId, String memberId) {
        return CoordinatorRecord.tombstone(
                ConsumerGroupTargetAssignmentMemberKey.RECORD_TYPE,
                new ConsumerGroupTargetAssignmentMemberKey(groupId, memberId));
    }

    public static CoordinatorRecord current(
            String groupId, String memberId, ConsumerGroupCurrentMemberAssignmentValue value) {
        return new CoordinatorRecord(
                ConsumerGroupCurrentMemberAssignmentKey.RECORD_TYPE,
                new ConsumerGroupCurrentMemberAssignmentKey(groupId, memberId),
                value,
                (short) 0);
    }

    public static CoordinatorRecord currentTombstone(String groupId, String memberId) {
        return CoordinatorRecord.tombstone(
                ConsumerGroupCurrentMemberAssignmentKey.RECORD_TYPE,
                new ConsumerGroupCurrentMemberAssignmentKey(groupId, memberId));
    }

    public static CoordinatorRecord regex(String groupId, String regex, ConsumerGroupRegularExpressionValue value) {
        return new CoordinatorRecord(
                ConsumerGroupRegularExpressionKey.RECORD_TYPE,
                new ConsumerGroupRegularExpressionKey(groupId, regex),
                value,
                (short) 0);
    }

    public static CoordinatorRecord regexTombstone(String groupId, String regex) {
        return CoordinatorRecord.tombstone(
                ConsumerGroupRegularExpressionKey.RECORD_TYPE, new ConsumerGroupRegularExpressionKey(groupId, regex));
    }

    /// Null for a record of something else.
    public static @Nullable RecordKind kind(short type) {
        return switch (type) {
            case ConsumerGroupMetadataKey.RECORD_TYPE -> GROUP_EPOCH;
            case ConsumerGroupPartitionMetadataKey.RECORD_TYPE -> PARTITION_METADATA;
            case ConsumerGroupMemberMetadataKey.RECORD_TYPE -> MEMBER;
            case ConsumerGroupTargetAssignmentMetadataKey.RECORD_TYPE -> TARGET_EPOCH;
            case ConsumerGroupTargetAssignmentMemberKey.RECORD_TYPE -> TARGET;
            case ConsumerGroupCurrentMemberAssignmentKey.RECORD_TYPE -> CURRENT;
            case ConsumerGroupRegularExpressionKey.RECORD_TYPE -> REGEX;
            default -> null;
        };
    }
}
