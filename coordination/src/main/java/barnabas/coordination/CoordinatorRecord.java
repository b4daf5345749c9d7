package barnabas.coordination;

import barnabas.protocol.BufferWriter;
import barnabas.protocol.Message;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A record of an internal topic, decoded.
///
/// ```
/// key   = int16 record type, key fields
/// value = int16 version, value fields; or no value: a tombstone
/// ```
///
/// @param type the schema's record type, which is also the first field of the stored key
/// @param value null deletes the key
public record CoordinatorRecord(
        short type, Message key, @Nullable Message value, short valueVersion) {
    public static CoordinatorRecord tombstone(short type, Message key) {
        return new CoordinatorRecord(type, key, null, (short) 0);
    }

    byte[] keyBytes() {
        // Keys have one version, 0, and carry the type where a value carries its version.
        var bytes = ByteBuffer.allocate(2 + key.sizeBytes((short) 0));
        bytes.putShort(type);
        key.write(new BufferWriter(bytes), (short) 0);
        return bytes.array();
    }

    byte @Nullable [] valueBytes() {
        return value == null ? null : value.toVersionedBuffer(valueVersion).array();
    }
}
