package barnabas.sql.registry;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;

/// The five bytes in front of a record with a schema.
///
/// ```
///  0  1  0
///  1  4  id of the schema
///  5     the record
/// ```
final class SchemaFrame {
    private static final byte MAGIC = 0;
    private static final int HEAD = 1 + Integer.BYTES;

    private SchemaFrame() {}

    static byte[] framed(int id, byte[] body) {
        return ByteBuffer.allocate(HEAD + body.length)
                .put(MAGIC)
                .putInt(id)
                .put(body)
                .array();
    }

    /// The id of the schema; the buffer stands behind it.
    ///
    /// @throws SerializationException when the bytes have no schema
    static int id(ByteBuffer bytes) {
        if (bytes.remaining() < HEAD || bytes.get() != MAGIC)
            throw new SerializationException(
                    "The record has no id of a schema in front (a byte 0 and four of the id), as "
                            + "AVRO, JSON_SR and PROTOBUF have");
        return bytes.getInt();
    }

    static byte[] rest(ByteBuffer bytes) {
        var rest = new byte[bytes.remaining()];
        bytes.get(rest);
        return rest;
    }
}
