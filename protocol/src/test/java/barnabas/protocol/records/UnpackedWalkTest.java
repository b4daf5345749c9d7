package barnabas.protocol.records;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A batch that is unpacked at once gets the verdict that it gets through a stream, or none.
class UnpackedWalkTest {
    private static final int ROUNDS = 300;
    private static final int DAMAGES = 20;
    private static final long LIMIT = 1 << 20;
    private static final long LARGEST = 1_900;
    /// Place of the window in a zstd frame, behind magic and descriptor.
    private static final int WINDOW = RecordBatch.HEADER_BYTES + 5;

    @ParameterizedTest
    @EnumSource(
            value = CompressionCodec.class,
            names = {"LZ4", "ZSTD"})
    void bothWaysSayTheSame(CompressionCodec codec) {
        int walked = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            var random = new SplittableRandom(seed);
            var batch = direct(batch(codec, random));
            if (unpacked(batch) != RecordWalk.LOOK_CLOSER) walked++;
            assertAgree(batch, "seed " + seed);
            for (int i = 0; i < DAMAGES; i++) assertAgree(damaged(batch, random), "seed " + seed + ", damage " + i);
        }
        assertThat(walked).as("batches that were unpacked at once").isGreaterThan(ROUNDS / 2);
    }

    private static void assertAgree(ByteBuffer bytes, String from) {
        long unpacked = unpacked(bytes);
        if (unpacked != RecordWalk.LOOK_CLOSER)
            assertThat(scanned(bytes)).as(from).isEqualTo(unpacked);
    }

    private static long unpacked(ByteBuffer bytes) {
        return RecordWalk.maxTimestampUnpacked(RecordBatch.at(bytes, 0), false, 0, LARGEST, LIMIT, null);
    }

    /// Consumers read with streams, which refuse a window of more than 128 MB.
    @Test
    void windowsThatNoStreamTakesAreLeftToTheStream() {
        var batch = direct(batch(CompressionCodec.ZSTD, new SplittableRandom(5)));
        assertThat(unpacked(batch)).isNotEqualTo(RecordWalk.LOOK_CLOSER);
        batch.put(WINDOW, (byte) (20 << 3));
        assertThat(unpacked(batch)).isEqualTo(RecordWalk.LOOK_CLOSER);
        assertThat(scanned(batch)).isEqualTo(RecordWalk.LOOK_CLOSER);
    }

    @Test
    void recordsOfMoreBytesThanAllowedAreLeftToTheStream() {
        var batch = direct(batch(CompressionCodec.LZ4, new SplittableRandom(5)));
        assertThat(RecordWalk.maxTimestampUnpacked(RecordBatch.at(batch, 0), false, 0, LARGEST, 10, null))
                .isEqualTo(RecordWalk.LOOK_CLOSER);
    }

    private static long scanned(ByteBuffer bytes) {
        long largest = RecordBatch.NO_TIMESTAMP;
        try (var records = RecordScan.over(RecordBatch.at(bytes, 0), LIMIT, LIMIT)) {
            while (records.next()) {
                if (records.timestamp() > LARGEST || records.timestamp() < 0) return RecordWalk.LOOK_CLOSER;
                largest = Math.max(largest, records.timestamp());
            }
        } catch (InvalidRecordsException refused) {
            return RecordWalk.LOOK_CLOSER;
        }
        return largest;
    }

    private static ByteBuffer batch(CompressionCodec codec, SplittableRandom random) {
        var builder = new RecordBatchBuilder(Compression.of(codec));
        int count = 1 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
            var value = new byte[random.nextInt(random.nextInt(10) == 0 ? 8_000 : 300)];
            if (random.nextBoolean()) random.nextBytes(value);
            builder.append(1_000 + random.nextInt(905), null, value);
        }
        return builder.build();
    }

    private static ByteBuffer direct(ByteBuffer bytes) {
        return ByteBuffer.allocateDirect(bytes.remaining())
                .put(bytes.duplicate())
                .flip();
    }

    /// A byte changed, a few cut off or put behind the records.
    private static ByteBuffer damaged(ByteBuffer batch, SplittableRandom random) {
        int surplus = random.nextInt(3) == 0 ? random.nextInt(-20, 21) : 0;
        int size = Math.max(RecordBatch.HEADER_BYTES, batch.remaining() + surplus);
        var copy = ByteBuffer.allocateDirect(size);
        copy.put(0, batch, 0, Math.min(size, batch.remaining()));
        copy.putInt(RecordBatch.BATCH_LENGTH, size - RecordBatch.LOG_OVERHEAD_BYTES);
        if (surplus == 0) copy.put(random.nextInt(RecordBatch.HEADER_BYTES, size), (byte) random.nextInt(256));
        return copy;
    }
}
