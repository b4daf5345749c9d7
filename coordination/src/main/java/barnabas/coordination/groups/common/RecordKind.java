package barnabas.coordination.groups.common;

import barnabas.coordination.CoordinatorRecord;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.Message;
import barnabas.protocol.MessageReader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A type of records in `__consumer_offsets` and how to read them.
///
/// @param type stored in front of each key, see [CoordinatorRecord]
/// @param highestVersion of values
public record RecordKind(short type, short highestVersion, Reading key, Reading value) {
    /// Reads a generated message.
    @FunctionalInterface
    public interface Reading {
        Message read(MessageReader reader, short version);
    }

    /// @param keys behind the type
    /// @param stored null for a tombstone
    /// @throws MalformedMessageException when it cannot be read
    public CoordinatorRecord decode(MessageReader keys, @Nullable ByteBuffer stored) {
        Message decodedKey = key.read(keys, (short) 0);
        if (stored == null) return CoordinatorRecord.tombstone(type, decodedKey);
        var values = new MessageReader(stored.duplicate());
        short version = values.int16();
        if (version < 0 || version > highestVersion) {
            throw new MalformedMessageException(
                    "record of type " + type + " has version " + version + ", known up to " + highestVersion);
        }
        return new CoordinatorRecord(type, decodedKey, value.read(values, version), version);
    }
}
