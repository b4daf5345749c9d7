package barnabas.log.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatestOffsetsTest {
    @Test
    void isAMapInBoundedMemory() {
        for (long seed = 1; seed <= 20; seed++) {
            var random = new SplittableRandom(seed);
            long bytesMax = 1 << (17 + random.nextInt(4));
            var offsets = new LatestOffsets(bytesMax, 0.9);
            var model = new HashMap<Long, Long>();
            boolean full = false;
            for (long offset = 0; offset < 100_000 && !full; offset++) {
                // few distinct keys whose halves are alike, and many
                long low = random.nextInt(random.nextBoolean() ? 50 : 60_000);
                long mixed = low * 0x9E3779B97F4A7C15L;
                full = !offsets.put(mixed, low << 40, offset);
                if (!full) model.put(low, offset);
                assertThat(offsets.sizeBytes()).as("seed %d", seed).isLessThanOrEqualTo(bytesMax);
            }
            assertThat(offsets.size()).as("seed %d", seed).isEqualTo(model.size());
            if (full) assertThat(offsets.size() * 24).as("seed %d", seed).isGreaterThan(bytesMax / 3);
            model.forEach((low, offset) -> assertThat(offsets.offsetOf(low * 0x9E3779B97F4A7C15L, low << 40))
                    .isEqualTo(offset));
            assertThat(offsets.offsetOf(77, 1)).isEqualTo(LatestOffsets.NONE);
            offsets.clear();
            assertThat(offsets.size()).isZero();
        }
    }
}
