package barnabas.coordination.groups;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.groups.classic.ClassicRecords;
import barnabas.coordination.groups.common.RecordKind;
import barnabas.coordination.groups.consumer.ConsumerRecords;
import barnabas.coordination.groups.offsets.OffsetRecords;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.MessageReader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The records of `__consumer_offsets`, in the schemas and versions that Kafka 4.4 writes: offsets and all kinds of
/// groups.
public final class GroupRecords {
    private GroupRecords() {}

    /// Null for a type that this version does not know: one of share and streams groups, or from the future.
    static @Nullable RecordKind kind(short type) {
        RecordKind offset = OffsetRecords.kind(type);
        if (offset != null) return offset;
        RecordKind classic = ClassicRecords.kind(type);
        return classic != null ? classic : ConsumerRecords.kind(type);
    }

    /// Null for a record of an unknown type.
    ///
    /// @throws MalformedMessageException when a record of a known type cannot be read
    public static @Nullable CoordinatorRecord decode(ByteBuffer key, @Nullable ByteBuffer value) {
        var keys = new MessageReader(key.duplicate());
        RecordKind kind = kind(keys.int16());
        return kind == null ? null : kind.decode(keys, value);
    }
}
