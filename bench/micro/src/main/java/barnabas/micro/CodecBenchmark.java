package barnabas.micro;

import barnabas.protocol.BufferWriter;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RecordData;
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
    private static final short PRODUCE = 13;
    private static final short FETCH = 17;
    private static final Uuid TOPIC = new Uuid(1, 2);

    private final ByteBuffer produceRequest = ProduceRequest.builder()
            .acks((short) -1)
            .timeoutMs(30_000)
            .topicData(List.of(ProduceRequest.TopicProduceData.builder()
                    .topicId(TOPIC)
                    .partitionData(List.of(ProduceRequest.PartitionProduceData.builder()
                            .index(3)
                            .records(new RecordData.InMemory(Batches.of(16, 1000)))
                            .build()))
                    .build()))
            .build()
            .toBuffer(PRODUCE);
    private final ProduceResponse produceResponse = ProduceResponse.builder()
            .responses(List.of(ProduceResponse.TopicProduceResponse.builder()
                    .topicId(TOPIC)
                    .partitionResponses(List.of(ProduceResponse.PartitionProduceResponse.builder()
                            .index(3)
                            .baseOffset(123_456)
                            .build()))
                    .build()))
            .build();
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
        return ProduceRequest.read(new MessageReader(produceRequest.rewind()), PRODUCE);
    }

    @Benchmark
    public ByteBuffer writeProduceResponse() {
        output.clear().limit(produceResponse.sizeBytes(PRODUCE));
        produceResponse.write(new BufferWriter(output), PRODUCE);
        return output;
    }

    @Benchmark
    public FetchRequest readFetchRequest() {
        return FetchRequest.read(new MessageReader(fetchRequest.rewind()), FETCH);
    }
}
