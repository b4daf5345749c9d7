package barnabas.micro;

import barnabas.metrics.Histogram;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.MessageReader;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.records.BatchCursor;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Counts of a broker for one produce request of one topic: alone, and beside the codec of the request and its answer
/// and the CRC of its batch.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordingBenchmark {
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final int COUNTERS = 7;
    private static final int TIMES = 5;

    /// Counters of the API and the topic: shared by all threads, as in a broker.
    @State(Scope.Benchmark)
    public static class Counters {
        private final LongAdder[] counters = new LongAdder[COUNTERS];
        private final Histogram[] times = new Histogram[TIMES];

        public Counters() {
            for (int i = 0; i < COUNTERS; i++) counters[i] = new LongAdder();
            for (int i = 0; i < TIMES; i++) times[i] = new Histogram();
        }

        private void count(long nanos) {
            for (LongAdder each : counters) each.add(nanos & 0xff);
            for (int i = 0; i < TIMES; i++) times[i].record(nanos << i);
        }
    }

    /// A request of 16 KB with its answer.
    @State(Scope.Thread)
    public static class Request {
        private final ByteBuffer batch = Batches.of(16, 1000);
        private final ByteBuffer frame = Produced.request(TOPIC, batch.duplicate());
        private final ProduceResponse response = Produced.response(TOPIC);
        private final ByteBuffer output = ByteBuffer.allocateDirect(4096);
        private long nanos = 1;

        /// Another time for each call, from microseconds to milliseconds.
        private long nanos() {
            nanos = nanos * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            return 1_000 + (nanos >>> 44);
        }

        private boolean handle() {
            var read = ProduceRequest.read(new MessageReader(frame.rewind()), Produced.VERSION);
            BatchCursor cursor = new BatchCursor(batch);
            boolean sound =
                    read.timeoutMs() > 0 && cursor.next() && cursor.batch().crcMatches();
            output.clear().limit(response.sizeBytes(Produced.VERSION));
            response.write(new BufferWriter(output), Produced.VERSION);
            return sound;
        }
    }

    @Benchmark
    public void counter(Counters counters, Request request) {
        counters.counters[0].add(request.nanos());
    }

    @Benchmark
    public void histogram(Counters counters, Request request) {
        counters.times[0].record(request.nanos());
    }

    @Benchmark
    public void countsOfAProduceRequest(Counters counters, Request request) {
        counters.count(request.nanos());
    }

    @Benchmark
    public boolean produceWithoutCounts(Request request) {
        return request.handle();
    }

    @Benchmark
    public boolean produceWithCounts(Counters counters, Request request) {
        boolean sound = request.handle();
        counters.count(request.nanos());
        return sound;
    }
}
