package barnabas.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Writes a message into a buffer that has room for it. Record data outside memory is left out of the buffer and noted
/// with the position where it belongs, for the network layer to send from where it lies.
public final class BufferWriter implements MessageWriter {
    /// Record data that belongs at `position` of the buffer.
    public record Insertion(int position, RecordData data) {}

    private final ByteBuffer buffer;
    private List<Insertion> insertions = List.of();

    public BufferWriter(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /// In the order of their positions.
    public List<Insertion> insertions() {
        return insertions;
    }

    @Override
    public void bool(boolean value) {
        buffer.put(value ? (byte) 1 : 0);
    }

    @Override
    public void int8(byte value) {
        buffer.put(value);
    }

    @Override
    public void int16(short value) {
        buffer.putShort(value);
    }

    @Override
    public void uint16(int value) {
        if (value < 0 || value > 0xFFFF) throw new IllegalArgumentException("not a uint16: " + value);
        buffer.putShort((short) value);
    }

    @Override
    public void int32(int value) {
        buffer.putInt(value);
    }

    @Override
    public void uint32(long value) {
        if (value < 0 || value > 0xFFFF_FFFFL) throw new IllegalArgumentException("not a uint32: " + value);
        buffer.putInt((int) value);
    }

    @Override
    public void int64(long value) {
        buffer.putLong(value);
    }

    @Override
    public void float64(double value) {
        buffer.putDouble(value);
    }

    @Override
    public void uuid(Uuid value) {
        buffer.putLong(value.mostSignificantBits()).putLong(value.leastSignificantBits());
    }

    @Override
    public void unsignedVarint(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            buffer.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        buffer.put((byte) rest);
    }

    @Override
    public void utf8(String value, int sizeBytes) {
        Utf8.put(buffer, value, sizeBytes);
    }

    @Override
    public void raw(ByteBuffer value) {
        buffer.put(buffer.position(), value, value.position(), value.remaining());
        buffer.position(buffer.position() + value.remaining());
    }

    @Override
    public void recordData(RecordData value) {
        if (value instanceof RecordData.InMemory(ByteBuffer bytes)) {
            raw(bytes);
        } else {
            if (insertions.isEmpty()) insertions = new ArrayList<>();
            insertions.add(new Insertion(buffer.position(), value));
        }
    }
}
