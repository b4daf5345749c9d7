package barnabas.coordination.groups.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.coordination.Producer;
import barnabas.protocol.Uuid;
import barnabas.protocol.group.OffsetCommitKey;
import barnabas.protocol.group.OffsetCommitValue;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The budget follows the offsets, whatever is replayed.
class OffsetMemoryTest {
    private static final String GROUP = "g";

    private final OffsetMemory memory = new OffsetMemory(10_000);
    private final Offsets offsets = new Offsets(memory);
    private long recordOffset;

    private void replay(int partition, int metadataChars, Producer producer) {
        var value = new OffsetCommitValue(1, -1, "m".repeat(metadataChars), 0, -1, Uuid.ZERO);
        offsets.replay(new OffsetCommitKey(GROUP, "t", partition), value, recordOffset++, producer);
    }

    private void replay(int partition, int metadataChars) {
        var value = new OffsetCommitValue(1, -1, "m".repeat(metadataChars), 0, -1, Uuid.ZERO);
        offsets.replay(new OffsetCommitKey(GROUP, "t", partition), value, recordOffset++, null);
    }

    private void remove(int partition) {
        offsets.replay(new OffsetCommitKey(GROUP, "t", partition), null, recordOffset++, null);
    }

    @Test
    void fullBudgetStopsNewOffsetsAndNoOthers() {
        int committed = 0;
        while (offsets.hasRoomFor(GROUP, "t", committed, "", 0)) replay(committed++, 0);
        assertThat(committed).isBetween(28, 32);
        assertThat(offsets.hasRoomFor(GROUP, "t", 0, "", 0)).isTrue();
        assertThat(offsets.hasRoomFor(GROUP, "t", 0, "m".repeat(1_000), 0)).isFalse();
        remove(3);
        assertThat(offsets.hasRoomFor(GROUP, "t", committed, "", 0)).isTrue();
        assertThat(offsets.hasRoomFor(GROUP, "t", committed, "", 1_000)).isFalse();
        offsets.unloaded();
        assertThat(memory.heldBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void nothingIsLeftWhenEverythingIsRemoved(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            int partition = random.nextInt(5);
            var producer = new Producer(random.nextInt(3), (short) 0);
            switch (random.nextInt(4)) {
                case 0 -> replay(partition, random.nextInt(50));
                case 1 -> replay(partition, random.nextInt(50), producer);
                case 2 -> remove(partition);
                default -> offsets.replayMarker(producer, random.nextBoolean());
            }
        }
        assertThat(memory.heldBytes()).isEqualTo(described());
        IntStream.range(0, 5).forEach(this::remove);
        assertThat(memory.heldBytes()).isZero();
    }

    /// Bytes that the offsets there should count as.
    private long described() {
        return offsets.describe().stream()
                .mapToLong(
                        line -> OffsetMemory.bytes(GROUP, line.substring(line.indexOf('"') + 1, line.lastIndexOf('"'))))
                .sum();
    }
}
