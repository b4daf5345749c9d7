package barnabas.coordination.groups.offsets;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.groups.common.RecordKind;
import barnabas.protocol.group.LegacyOffsetCommitKey;
import barnabas.protocol.group.OffsetCommitKey;
import barnabas.protocol.group.OffsetCommitValue;
import org.jspecify.annotations.Nullable;

/// Records of committed offsets, which groups of all kinds have.
public final class OffsetRecords {
    private static final short OFFSET_COMMIT_VERSION = 4;
    /// The last version that can say when an offset expires, for clients that still do.
    private static final short OFFSET_COMMIT_WITH_EXPIRY_VERSION = 1;

    private static final RecordKind OFFSET = new RecordKind(
            OffsetCommitKey.RECORD_TYPE,
            OffsetCommitValue.HIGHEST_VERSION,
            OffsetCommitKey::read,
            OffsetCommitValue::read);

    private OffsetRecords() {}

    public static CoordinatorRecord offset(OffsetCommitKey key, OffsetCommitValue value) {
        short version = value.expireTimestamp() >= 0 ? OFFSET_COMMIT_WITH_EXPIRY_VERSION : OFFSET_COMMIT_VERSION;
        return new CoordinatorRecord(OffsetCommitKey.RECORD_TYPE, key, value, version);
    }

    public static CoordinatorRecord offsetTombstone(OffsetCommitKey key) {
        return CoordinatorRecord.tombstone(OffsetCommitKey.RECORD_TYPE, key);
    }

    /// A record that changes nothing: removes the offset of a partition that cannot be, so that every release of
    /// Kafka reads it.
    public static CoordinatorRecord barrier(String groupId) {
        return offsetTombstone(new OffsetCommitKey(groupId, "", -1));
    }

    /// Null for a record of something else.
    public static @Nullable RecordKind kind(short type) {
        return switch (type) {
            // Type 0 is how offsets were keyed before version 1 of the key; the fields are the same.
            case LegacyOffsetCommitKey.RECORD_TYPE, OffsetCommitKey.RECORD_TYPE -> OFFSET;
            default -> null;
        };
    }
}
