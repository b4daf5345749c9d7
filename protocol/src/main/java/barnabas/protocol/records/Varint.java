package barnabas.protocol.records;

import java.nio.ByteBuffer;

/// Zigzag variable-length integers as records use them.
final class Varint {
    private Varint() {}

    static int sizeBytes(int value) {
        return sizeBytes((long) value);
    }

    static int sizeBytes(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        return (70 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
    }

    /// Returns the position after the written bytes.
    static int write(long value, byte[] target, int position) {
        long zigzag = (value << 1) ^ (value >> 63);
        int at = position;
        while ((zigzag & ~0x7fL) != 0) {
            target[at++] = (byte) (zigzag | 0x80);
            zigzag >>>= 7;
        }
        target[at++] = (byte) zigzag;
        return at;
    }

    /// Reads one that is known to be well-formed.
    static int read(ByteBuffer source) {
        int raw = 0;
        for (int shift = 0; ; shift += 7) {
            byte part = source.get();
            raw |= (part & 0x7f) << shift;
            if (part >= 0) return (raw >>> 1) ^ -(raw & 1);
        }
    }
}
