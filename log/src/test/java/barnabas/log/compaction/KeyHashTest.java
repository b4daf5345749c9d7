package barnabas.log.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class KeyHashTest {
    /// The reference implementation's first vectors: the key 00 to 0f, messages of the bytes 00, 01, ...
    @Test
    void isSipHash() {
        var hash = new KeyHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        assertThat(of(hash, 0)).isEqualTo("a3817f04ba25a8e66df67214c7550293");
        assertThat(of(hash, 1)).isEqualTo("da87c1d86b99af44347659119b22fc45");
    }

    private static String of(KeyHash hash, int length) {
        var message = ByteBuffer.allocate(length + 3);
        for (int i = 0; i < length; i++) message.put(3 + i, (byte) i);
        hash.key(message, 3, length);
        var bytes =
                ByteBuffer.allocate(16).putLong(Long.reverseBytes(hash.low())).putLong(Long.reverseBytes(hash.high()));
        return HexFormat.of().formatHex(bytes.array());
    }

    @Test
    void everyByteOfAKeyCounts() {
        var hash = new KeyHash(1, 2);
        for (int length = 1; length < 40; length++) {
            var key = ByteBuffer.allocate(length);
            hash.key(key, 0, length);
            long before = hash.low();
            for (int i = 0; i < length; i++) {
                key.put(i, (byte) 1);
                hash.key(key, 0, length);
                assertThat(hash.low()).isNotEqualTo(before);
                key.put(i, (byte) 0);
            }
        }
    }
}
