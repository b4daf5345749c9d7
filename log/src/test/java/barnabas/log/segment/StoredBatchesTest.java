package barnabas.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.DiskFile;
import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.log.LogFixture;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The check of stored batches against their CRC, in windows of all sizes.
final class StoredBatchesTest {
    private static final Path FILE = Path.of("/data/t-0/00000000000000000000.log");
    private static final long SEED = 137;

    private final SimulatedDisk disk = new SimulatedDisk(1, new ManualClock(LogFixture.START_MILLIS));

    /// The file of `content`, whose reads take at most `bytesMax` at a time.
    private DiskFile fileOf(ByteBuffer content, int bytesMax) throws IOException {
        disk.createDirectories(FILE.getParent());
        var file = disk.open(FILE);
        file.truncate(0);
        file.write(content.duplicate(), 0);
        return (DiskFile) Proxy.newProxyInstance(
                DiskFile.class.getClassLoader(), new Class<?>[] {DiskFile.class}, (_, method, arguments) -> {
                    if (arguments != null && arguments[0] instanceof ByteBuffer target)
                        assertThat(target.capacity()).isLessThanOrEqualTo(bytesMax);
                    try {
                        return method.invoke(file, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static ByteBuffer batches(SplittableRandom random, int count) {
        var all = ByteBuffer.allocate(1 << 20);
        for (int i = 0; i < count; i++) {
            ByteBuffer batch = LogFixture.batch("v".repeat(random.nextInt(1, 2_000)), "end");
            RecordBatch.at(batch, 0).rewriteBaseOffset(2L * i);
            all.put(batch);
        }
        return all.flip();
    }

    @Test
    void eachFlippedBitIsFoundInAnyWindow() throws IOException {
        var random = new SplittableRandom(SEED);
        for (int round = 0; round < 200; round++) {
            ByteBuffer content = batches(random, 4);
            int window = random.nextInt(RecordBatch.HEADER_BYTES, 3_000);
            int chosen = random.nextInt(4);
            int start = 0;
            for (int i = 0; i < chosen; i++)
                start += RecordBatch.at(content, start).sizeBytes();
            int size = RecordBatch.at(content, start).sizeBytes();
            int at = start + random.nextInt(RecordBatch.HEADER_BYTES, size);
            content.put(at, (byte) (content.get(at) ^ 1 << random.nextInt(8)));
            var batches = new StoredBatches(fileOf(content, window), 0, content.limit(), 0, window);
            for (int i = 0; i < 4; i++) {
                assertThat(batches.next()).isTrue();
                assertThat(batches.crcMatches())
                        .as("seed %d, round %d, batch %d", SEED, round, i)
                        .isEqualTo(i != chosen);
                assertThat(batches.header().baseOffset()).isEqualTo(2L * i);
            }
            assertThat(batches.next()).isFalse();
            assertThat(batches.atEnd()).isTrue();
        }
    }

    /// A bit of its size makes a small batch as large as the rest of the file.
    @Test
    void aDamagedSizeCostsNoMemory() throws IOException {
        ByteBuffer content = batches(new SplittableRandom(SEED), 64);
        content.putInt(8, content.limit() - 12);
        var batches = new StoredBatches(fileOf(content, 256), 0, content.limit(), 0, 256);
        assertThat(batches.next()).isTrue();
        assertThat(batches.header().sizeBytes()).isEqualTo(content.limit());
        assertThat(batches.crcMatches()).isFalse();
    }
}
