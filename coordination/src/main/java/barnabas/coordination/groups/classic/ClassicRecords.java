package barnabas.coordination.groups.classic;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.groups.common.RecordKind;
import barnabas.protocol.group.GroupMetadataKey;
import barnabas.protocol.group.GroupMetadataValue;
import org.jspecify.annotations.Nullable;

/// Records of classic groups: one for each group.
public final class ClassicRecords {
    private static final short GROUP_METADATA_VERSION = 3;

    private static final RecordKind GROUP = new RecordKind(
            GroupMetadataKey.RECORD_TYPE,
            GroupMetadataValue.HIGHEST_VERSION,
            GroupMetadataKey::read,
            GroupMetadataValue::read);

    private ClassicRecords() {}

    public static CoordinatorRecord group(String groupId, GroupMetadataValue value) {
        return new CoordinatorRecord(
                GroupMetadataKey.RECORD_TYPE, new GroupMetadataKey(groupId), value, GROUP_METADATA_VERSION);
    }

    public static CoordinatorRecord groupTombstone(String groupId) {
        return CoordinatorRecord.tombstone(GroupMetadataKey.RECORD_TYPE, new GroupMetadataKey(groupId));
    }

    /// Null for a record of something else.
    public static @Nullable RecordKind kind(short type) {
        return type == GroupMetadataKey.RECORD_TYPE ? GROUP : null;
    }
}
