package barnabas.micro;

import barnabas.protocol.BufferWriter;
import barnabas.protocol.MessageReader;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Reading the requests of the two hot paths and writing their answers, in the newest versions.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
    private static final short FETCH = 17;
    private static final Uuid TOPIC = new Uuid(1, 2);

    private final ByteBuffer produceRequest = Produced.request(TOPIC, Batches.of(16, 1000));
    private final ProduceResponse produceResponse = Produced.response(TOPIC);
    private final ByteBuffer fetchRequest = FetchRequest.builder()
            .maxWaitMs(500)
            .minBytes(1)
            .maxBytes(50 << 20)
            .sessionId(77)
            .sessionEpoch(5)
            .topics(List.of(FetchRequest.FetchTopic.builder()
                    .topicId(TOPIC)
                    .partitions(List.of(FetchRequest.FetchPartition.builder()
                            .partition(3)
                            .fetchOffset(123_456)
                            .partitionMaxBytes(1 << 20)
                            .build()))
                    .build()))
            .build()
            .toBuffer(FETCH);
    private final ByteBuffer output = ByteBuffer.allocateDirect(4096);

    @Benchmark
    public ProduceRequest readProduceRequest() {
        return ProduceRequest.read(new MessageReader(produceRequest.rewind()), Produced.VERSION);
    }

    @Benchmark
    public ByteBuffer writeProduceResponse() {
        output.clear().limit(produceResponse.sizeBytes(Produced.VERSION));
        produceResponse.write(new BufferWriter(output), Produced.VERSION);
        return output;
    }

    @Benchmark
    public FetchRequest readFetchRequest() {
        return FetchRequest.read(new MessageReader(fetchRequest.rewind()), FETCH);
    }
}
