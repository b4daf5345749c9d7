package barnabas.coordination.groups.common;

import barnabas.coordination.CoordinatorRecord;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.Message;
import barnabas.protocol.MessageReader;
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
import barnabas.protocol.group.GroupMetadataKey;
import barnabas.protocol.group.GroupMetadataValue;
import barnabas.protocol.group.LegacyOffsetCommitKey;
import barnabas.protocol.group.OffsetCommitKey;
import barnabas.protocol.group.OffsetCommitValue;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The records of `__consumer_offsets`, in the schemas and versions that Kafka 4.4 writes.
public final class GroupRecords {
    private static final short GROUP_METADATA_VERSION = 3;
    private static final short OFFSET_COMMIT_VERSION = 4;
    /// The last version that can say when an offset expires, for clients that still do.
    private static final short OFFSET_COMMIT_WITH_EXPIRY_VERSION = 1;

    private GroupRecords() {}

    public static CoordinatorRecord offset(OffsetCommitKey key, OffsetCommitValue value) {
        short version = value.expireTimestamp() >= 0 ? OFFSET_COMMIT_WITH_EXPIRY_VERSION : OFFSET_COMMIT_VERSION;
        return new CoordinatorRecord(OffsetCommitKey.RECORD_TYPE, key, value, version);
    }

    public static CoordinatorRecord offsetTombstone(OffsetCommitKey key) {
        return CoordinatorRecord.tombstone(OffsetCommitKey.RECORD_TYPE, key);
    }

    public static CoordinatorRecord classicGroup(String groupId, GroupMetadataValue value) {
        return new CoordinatorRecord(
                GroupMetadataKey.RECORD_TYPE, new GroupMetadataKey(groupId), value, GROUP_METADATA_VERSION);
    }

    public static CoordinatorRecord classicGroupTombstone(String groupId) {
        return CoordinatorRecord.tombstone(GroupMetadataKey.RECORD_TYPE, new GroupMetadataKey(groupId));
    }

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

    /// Null for a kind that this version does not know (share and streams groups, or one from the future).
    ///
    /// @throws MalformedMessageException when a known kind cannot be read
    public static @Nullable CoordinatorRecord decode(ByteBuffer key, @Nullable ByteBuffer value) {
        var keys = new MessageReader(key.duplicate());
        short type = keys.int16();
        Kind kind = kind(type);
        if (kind == null) return null;
        Message decodedKey = kind.key.read(keys, (short) 0);
        if (value == null) return CoordinatorRecord.tombstone(kind.type, decodedKey);
        var values = new MessageReader(value.duplicate());
        short version = values.int16();
        if (version < 0 || version > kind.highestVersion) {
            throw new MalformedMessageException(
                    "record of type " + type + " has version " + version + ", known up to " + kind.highestVersion);
        }
        return new CoordinatorRecord(kind.type, decodedKey, kind.value.read(values, version), version);
    }

    private interface Reading {
        Message read(MessageReader reader, short version);
    }

    private record Kind(short type, short highestVersion, Reading key, Reading value) {}

    private static final Kind OFFSET = new Kind(
            OffsetCommitKey.RECORD_TYPE,
            OffsetCommitValue.HIGHEST_VERSION,
            OffsetCommitKey::read,
            OffsetCommitValue::read);
    private static final Kind CLASSIC_GROUP = new Kind(
            GroupMetadataKey.RECORD_TYPE,
            GroupMetadataValue.HIGHEST_VERSION,
            GroupMetadataKey::read,
            GroupMetadataValue::read);
    private static final Kind GROUP_EPOCH = new Kind(
            ConsumerGroupMetadataKey.RECORD_TYPE,
            ConsumerGroupMetadataValue.HIGHEST_VERSION,
            ConsumerGroupMetadataKey::read,
            ConsumerGroupMetadataValue::read);
    private static final Kind PARTITION_METADATA = new Kind(
            ConsumerGroupPartitionMetadataKey.RECORD_TYPE,
            ConsumerGroupPartitionMetadataValue.HIGHEST_VERSION,
            ConsumerGroupPartitionMetadataKey::read,
            ConsumerGroupPartitionMetadataValue::read);
    private static final Kind MEMBER = new Kind(
            ConsumerGroupMemberMetadataKey.RECORD_TYPE,
            ConsumerGroupMemberMetadataValue.HIGHEST_VERSION,
            ConsumerGroupMemberMetadataKey::read,
            ConsumerGroupMemberMetadataValue::read);
    private static final Kind TARGET_EPOCH = new Kind(
            ConsumerGroupTargetAssignmentMetadataKey.RECORD_TYPE,
            ConsumerGroupTargetAssignmentMetadataValue.HIGHEST_VERSION,
            ConsumerGroupTargetAssignmentMetadataKey::read,
            ConsumerGroupTargetAssignmentMetadataValue::read);
    private static final Kind TARGET = new Kind(
            ConsumerGroupTargetAssignmentMemberKey.RECORD_TYPE,
            ConsumerGroupTargetAssignmentMemberValue.HIGHEST_VERSION,
            ConsumerGroupTargetAssignmentMemberKey::read,
            ConsumerGroupTargetAssignmentMemberValue::read);
    private static final Kind CURRENT = new Kind(
            ConsumerGroupCurrentMemberAssignmentKey.RECORD_TYPE,
            ConsumerGroupCurrentMemberAssignmentValue.HIGHEST_VERSION,
            ConsumerGroupCurrentMemberAssignmentKey::read,
            ConsumerGroupCurrentMemberAssignmentValue::read);
    private static final Kind REGEX = new Kind(
            ConsumerGroupRegularExpressionKey.RECORD_TYPE,
            ConsumerGroupRegularExpressionValue.HIGHEST_VERSION,
            ConsumerGroupRegularExpressionKey::read,
            ConsumerGroupRegularExpressionValue::read);

    private static @Nullable Kind kind(short type) {
        return switch (type) {
            // Type 0 is how offsets were keyed before version 1 of the key; the fields are the same.
            case LegacyOffsetCommitKey.RECORD_TYPE, OffsetCommitKey.RECORD_TYPE -> OFFSET;
            case GroupMetadataKey.RECORD_TYPE -> CLASSIC_GROUP;
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
