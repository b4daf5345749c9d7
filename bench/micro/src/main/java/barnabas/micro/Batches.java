package barnabas.micro;

import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/// Record batches to work on.
final class Batches {
    private static final long TIMESTAMP = 1_795_000_000_000L;

    private Batches() {}

    /// An uncompressed batch in a direct buffer of its own.
    static ByteBuffer of(int records, int valueBytes) {
        return direct(Compression.NONE, records, valueBytes);
    }

    static ByteBuffer direct(Compression compression, int records, int valueBytes) {
        SplittableRandom random = new SplittableRandom(1);
        RecordBatchBuilder builder = new RecordBatchBuilder(compression);
        for (int i = 0; i < records; i++) {
            byte[] value = new byte[valueBytes];
            for (int b = 0; b < valueBytes; b++) {
                value[b] = (byte) ('a' + random.nextInt(16));
            }
            builder.append(TIMESTAMP + i, null, value);
        }
        ByteBuffer batch = builder.build();
        return ByteBuffer.allocateDirect(batch.remaining()).put(batch).flip();
    }
}
