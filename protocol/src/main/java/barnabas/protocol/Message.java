package barnabas.protocol;

import java.nio.ByteBuffer;

/// Anything generated from a schema that can be written in a version of its own.
public interface Message {
    /// Writes the fields that `version` has.
    ///
    /// @throws UnsupportedFieldException when a field that `version` lacks is set and may not be dropped
    void write(MessageWriter writer, short version);

    default int sizeBytes(short version) {
        var counter = new SizeCounter();
        write(counter, version);
        return counter.sizeBytes();
    }

    /// The message in a buffer of exactly its size, ready to be read.
    default ByteBuffer toBuffer(short version) {
        ByteBuffer buffer = ByteBuffer.allocate(sizeBytes(version));
        write(new BufferWriter(buffer), version);
        return buffer.flip();
    }

    /// The message behind its 16-bit version, as records in Kafka's internal topics are stored.
    default ByteBuffer toVersionedBuffer(short version) {
        ByteBuffer buffer = ByteBuffer.allocate(2 + sizeBytes(version));
        buffer.putShort(version);
        write(new BufferWriter(buffer), version);
        return buffer.flip();
    }
}
