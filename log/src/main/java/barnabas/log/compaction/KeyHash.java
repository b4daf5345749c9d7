package barnabas.log.compaction;

import barnabas.protocol.records.RecordCursor;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/// SipHash-2-4 with 128 bits (Aumasson and Bernstein) under a random secret. Of two keys with the same hash,
/// compaction would lose one: with 128 bits that does not happen by chance, and without the secret no client can
/// construct such keys, which a plain hash (Kafka's is MD5) cannot promise. Owned by one thread.
///
/// ```java
/// record.readKey(hash);
/// use(hash.high(), hash.low());
/// ```
public final class KeyHash implements RecordCursor.KeyReader {
    private final long secret0;
    private final long secret1;
    private long high;
    private long low;

    private long v0;
    private long v1;
    private long v2;
    private long v3;

    public KeyHash(RandomGenerator random) {
        this(random.nextLong(), random.nextLong());
    }

    KeyHash(long secret0, long secret1) {
        this.secret0 = secret0;
        this.secret1 = secret1;
    }

    @Override
    public void key(ByteBuffer bytes, int start, int length) {
        v0 = secret0 ^ 0x736f6d6570736575L;
        v1 = secret1 ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = secret0 ^ 0x6c7967656e657261L;
        v3 = secret1 ^ 0x7465646279746573L;
        int position = start;
        int wholeEnd = start + (length & ~7);
        for (; position < wholeEnd; position += 8) block(Long.reverseBytes(bytes.getLong(position)));
        long rest = (long) length << 56;
        for (int i = 0; i < (length & 7); i++) rest |= (bytes.get(position + i) & 0xFFL) << (8 * i);
        block(rest);
        v2 ^= 0xee;
        for (int i = 0; i < 4; i++) round();
        low = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        for (int i = 0; i < 4; i++) round();
        high = v0 ^ v1 ^ v2 ^ v3;
    }

    private void block(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }

    /// Of the key that was read last.
    public long high() {
        return high;
    }

    public long low() {
        return low;
    }
}
