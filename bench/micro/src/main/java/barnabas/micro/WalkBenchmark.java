package barnabas.micro;

import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordScan;
import barnabas.protocol.records.RecordWalk;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The check of every record of a client's batch before it is appended: in place where the batch is not compressed, or
/// was unpacked at once, else through a window of decompressed bytes, which is mostly the codec's time. The time of
/// the CRC over the same batch is beside it.
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WalkBenchmark {
    private static final long UNPACKED_BYTES_MAX = 64 << 20;

    /// Records by bytes of a value.
    @Param({"16x1000", "160x100"})
    String shape = "16x1000";

    @Param({"NONE", "GZIP", "SNAPPY", "LZ4", "ZSTD"})
    CompressionCodec codec = CompressionCodec.NONE;

    private ByteBuffer bytes = ByteBuffer.allocate(0);

    @Setup
    public void build() {
        int x = shape.indexOf('x');
        bytes = Batches.direct(
                Compression.of(codec),
                Integer.parseInt(shape.substring(0, x)),
                Integer.parseInt(shape.substring(x + 1)));
    }

    @Benchmark
    public long walk() throws InvalidRecordsException {
        RecordBatch batch = RecordBatch.at(bytes, 0);
        return codec == CompressionCodec.NONE
                ? RecordWalk.maxTimestamp(batch, false, Long.MIN_VALUE, Long.MAX_VALUE, null)
                : unpacked(batch);
    }

    private static long unpacked(RecordBatch batch) throws InvalidRecordsException {
        long latest =
                RecordWalk.maxTimestampUnpacked(batch, false, Long.MIN_VALUE, Long.MAX_VALUE, UNPACKED_BYTES_MAX, null);
        return latest == RecordWalk.LOOK_CLOSER ? scan(batch) : latest;
    }

    private static long scan(RecordBatch batch) throws InvalidRecordsException {
        long latest = RecordBatch.NO_TIMESTAMP;
        try (RecordScan records = RecordScan.over(batch, UNPACKED_BYTES_MAX, UNPACKED_BYTES_MAX)) {
            while (records.next()) latest = Math.max(latest, records.timestamp());
        }
        return latest;
    }

    @Benchmark
    public boolean crc() {
        return RecordBatch.at(bytes, 0).crcMatches();
    }
}
