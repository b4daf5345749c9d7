package barnabas.protocol;

import java.nio.ByteBuffer;

/// The `records` field of a message: whole record batches, in memory or still in a file.
public interface RecordData {
    RecordData EMPTY = new InMemory(ByteBuffer.allocate(0).asReadOnlyBuffer());

    int sizeBytes();

    static RecordData of(ByteBuffer batches) {
        return new InMemory(batches);
    }

    /// Batches between position and limit of `buffer`. In a decoded request this is a slice of the network buffer and
    /// lives as long as that.
    record InMemory(ByteBuffer buffer) implements RecordData {
        @Override
        public int sizeBytes() {
            return buffer.remaining();
        }
    }
}
