package barnabas.client.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class Murmur2Test {
    @Test
    void isTheHashOfKafkasClients() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] key = new byte[random.nextInt(round < 1_000 ? 9 : 70)];
            random.nextBytes(key);
            assertThat(Murmur2.hash(key))
                    .as("seed %s, key of %s bytes", seed, key.length)
                    .isEqualTo(Utils.murmur2(key));
            int partitions = 1 + random.nextInt(100);
            assertThat(Murmur2.partition(ByteBuffer.wrap(key), partitions))
                    .as("seed %s", seed)
                    .isEqualTo(Utils.toPositive(Utils.murmur2(key)) % partitions);
        }
    }

    @Test
    void looksAtTheBytesBetweenPositionAndLimitOnly() {
        byte[] key = "alice".getBytes(StandardCharsets.UTF_8);
        var view = ByteBuffer.wrap("xxaliceyy".getBytes(StandardCharsets.UTF_8), 2, 5);
        assertThat(Murmur2.hash(view)).isEqualTo(Murmur2.hash(key));
        assertThat(view.remaining()).isEqualTo(5);
    }
}
