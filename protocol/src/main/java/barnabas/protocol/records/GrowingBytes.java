package barnabas.protocol.records;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An array that grows as it is written.
final class GrowingBytes extends OutputStream {
    private byte[] array;
    private int size;

    GrowingBytes(int capacity) {
        array = new byte[capacity];
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /// Leaves room to be filled in later.
    void skip(int count) {
        room(count);
        size += count;
    }

    void varint(long value) {
        room(10);
        size = Varint.write(value, array, size);
    }

    /// Length and bytes, or -1 for null.
    void bytes(@Nullable ByteBuffer bytes) {
        if (bytes == null) {
            varint(-1);
            return;
        }
        int count = bytes.remaining();
        varint(count);
        room(count);
        bytes.get(bytes.position(), array, size, count);
        size += count;
    }

    @Override
    public void write(int value) {
        room(1);
        array[size++] = (byte) value;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        room(length);
        System.arraycopy(source, offset, array, size, length);
        size += length;
    }

    void writeTo(OutputStream target) throws IOException {
        target.write(array, 0, size);
    }

    /// The written bytes, without a copy: nothing may be written afterwards.
    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(array, 0, size);
    }

    private void room(int count) {
        int needed = Math.addExact(size, count);
        if (needed > array.length)
            array = Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, array.length * 2L)));
    }
}
