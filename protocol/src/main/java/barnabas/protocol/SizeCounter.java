package barnabas.protocol;

import java.nio.ByteBuffer;

/// Adds up how many bytes a message takes, records included.
public final class SizeCounter implements MessageWriter {
    private int size;
    private int recordBytes;

    public int sizeBytes() {
        return size;
    }

    /// The part of [#sizeBytes] that lies in record data outside memory and is sent from where it is.
    public int externalRecordBytes() {
        return recordBytes;
    }

    private void add(int bytes) {
        size = Math.addExact(size, bytes);
    }

    @Override
    public void bool(boolean value) {
        add(1);
    }

    @Override
    public void int8(byte value) {
        add(1);
    }

    @Override
    public void int16(short value) {
        add(2);
    }

    @Override
    public void uint16(int value) {
        add(2);
    }

    @Override
    public void int32(int value) {
        add(4);
    }

    @Override
    public void uint32(long value) {
        add(4);
    }

    @Override
    public void int64(long value) {
        add(8);
    }

    @Override
    public void float64(double value) {
        add(8);
    }

    @Override
    public void uuid(Uuid value) {
        add(16);
    }

    @Override
    public void unsignedVarint(int value) {
        add(Varints.sizeOfUnsigned(value));
    }

    @Override
    public void utf8(String value, int sizeBytes) {
        add(sizeBytes);
    }

    @Override
    public void raw(ByteBuffer value) {
        add(value.remaining());
    }

    @Override
    public void recordData(RecordData value) {
        add(value.sizeBytes());
        if (!(value instanceof RecordData.InMemory)) recordBytes += value.sizeBytes();
    }
}
