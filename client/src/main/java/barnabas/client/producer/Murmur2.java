package barnabas.client.producer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The hash by which Kafka's clients choose partitions for keys: MurmurHash2 (Austin Appleby), 32 bits,
/// little-endian words.
public final class Murmur2 {
    private static final int SEED = 0x9747_b28c;
    private static final int MULTIPLIER = 0x5bd1_e995;

    private Murmur2() {}

    public static int hash(byte[] data) {
        return hash(ByteBuffer.wrap(data));
    }

    /// Of the bytes between position and limit; neither is moved.
    public static int hash(ByteBuffer data) {
        var bytes = data.slice().order(ByteOrder.LITTLE_ENDIAN);
        int length = bytes.remaining();
        int hash = SEED ^ length;
        int tail = length & ~3;
        for (int at = 0; at < tail; at += 4) {
            int word = bytes.getInt(at) * MULTIPLIER;
            word ^= word >>> 24;
            hash = (hash * MULTIPLIER) ^ (word * MULTIPLIER);
        }
        int left = length - tail;
        if (left == 3) hash ^= (bytes.get(tail + 2) & 0xff) << 16;
        if (left >= 2) hash ^= (bytes.get(tail + 1) & 0xff) << 8;
        if (left >= 1) {
            hash ^= bytes.get(tail) & 0xff;
            hash *= MULTIPLIER;
        }
        hash ^= hash >>> 13;
        hash *= MULTIPLIER;
        return hash ^ (hash >>> 15);
    }

    /// The partition that Kafka's clients put a key into.
    public static int partition(ByteBuffer key, int partitions) {
        return (hash(key) & Integer.MAX_VALUE) % partitions;
    }
}
