package barnabas.micro;

import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
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

/// Cost of a batch before it is appended, but for the check of its records ([WalkBenchmark]): finding it, its CRC; and,
/// for comparison, the walk of those who need keys and values.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BatchBenchmark {
    /// One small record, a usual batch, many small records.
    @Param({"1x100", "16x1000", "160x100"})
    String shape = "16x1000";

    private ByteBuffer batch = ByteBuffer.allocate(0);

    @Setup
    public void build() {
        int x = shape.indexOf('x');
        batch = Batches.of(Integer.parseInt(shape.substring(0, x)), Integer.parseInt(shape.substring(x + 1)));
    }

    @Benchmark
    public boolean findAndCheckCrc() {
        BatchCursor cursor = new BatchCursor(batch);
        return cursor.next() && cursor.batch().crcMatches();
    }

    @Benchmark
    public RecordBatch assignOffsets() {
        RecordBatch view = RecordBatch.at(batch, 0);
        view.rewriteBaseOffset(123_456);
        view.rewriteLeaderEpoch(7);
        return view;
    }

    @Benchmark
    public long walkRecords() throws InvalidRecordsException {
        long last = 0;
        try (RecordCursor cursor = RecordCursor.over(RecordBatch.at(batch, 0), 1 << 30)) {
            while (cursor.next()) {
                last = cursor.offset();
            }
        }
        return last;
    }
}
