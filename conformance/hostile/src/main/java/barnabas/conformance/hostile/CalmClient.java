package barnabas.conformance.hostile;

import barnabas.protocol.ApiKey;
import barnabas.protocol.RecordData;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.records.RecordBatchBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A client as they should be: writes a record and reads it back, fifty times a second, and notes how long that takes.
final class CalmClient implements AutoCloseable {
    private static final short PRODUCE_VERSION = 9;
    private static final short FETCH_VERSION = 11;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int PAUSE_MILLIS = 20;

    /// Unknown to the attackers, whose names begin otherwise.
    private final String topic = "calm-" + Long.toString(System.nanoTime(), 36);

    private final Wire.Opening opening;
    private Wire wire;
    private long nextOffset;
    private long reconnects;

    CalmClient(InetSocketAddress address) throws IOException {
        this(() -> new Wire(address, PATIENCE_MILLIS));
    }

    /// A client of a broker that its connections reach.
    CalmClient(Wire.Opening opening) throws IOException {
        this.opening = opening;
        this.wire = opening.open();
        var created = CreatableTopic.builder()
                .name(topic)
                .numPartitions(1)
                .replicationFactor((short) 1)
                .build();
        var request = CreateTopicsRequest.builder()
                .topics(List.of(created))
                .timeoutMs(PATIENCE_MILLIS)
                .build();
        var answer = wire.call(ApiKey.CREATE_TOPICS, (short) 5, request, CreateTopicsResponse.class);
        if (answer.topics().getFirst().errorCode() != 0) throw new IllegalStateException(answer.toString());
    }

    /// The times of all rounds until then, in nanoseconds.
    ///
    /// @throws IllegalStateException when a request failed or a record is not there
    List<Long> work(long untilNanos) throws InterruptedException {
        var times = new ArrayList<Long>();
        while (System.nanoTime() < untilNanos) {
            long start = System.nanoTime();
            try {
                round();
            } catch (IOException e) {
                reconnect(e);
            }
            times.add(System.nanoTime() - start);
            Thread.sleep(PAUSE_MILLIS);
        }
        return times;
    }

    private void reconnect(IOException cause) {
        reconnects++;
        try {
            wire.close();
            wire = opening.open();
        } catch (IOException e) {
            throw new IllegalStateException("the broker is gone after " + cause, e);
        }
    }

    /// Times that the connection broke, which it should not.
    long reconnects() {
        return reconnects;
    }

    private void round() throws IOException {
        var builder = new RecordBatchBuilder(Compression.NONE);
        builder.append(System.currentTimeMillis(), null, Long.toString(nextOffset).getBytes(StandardCharsets.US_ASCII));
        var data = new PartitionProduceData(0, RecordData.of(builder.build()));
        var produce = ProduceRequest.builder()
                .acks((short) -1)
                .timeoutMs(PATIENCE_MILLIS)
                .topicData(List.of(TopicProduceData.builder()
                        .name(topic)
                        .partitionData(List.of(data))
                        .build()))
                .build();
        var produced = wire.call(ApiKey.PRODUCE, PRODUCE_VERSION, produce, ProduceResponse.class)
                .responses()
                .getFirst()
                .partitionResponses()
                .getFirst();
        if (produced.errorCode() != 0) throw new IllegalStateException("produce: " + produced);
        nextOffset = produced.baseOffset() + 1;
        var partition = FetchPartition.builder()
                .partition(0)
                .fetchOffset(produced.baseOffset())
                .partitionMaxBytes(1 << 20)
                .build();
        var fetch = FetchRequest.builder()
                .maxWaitMs(1_000)
                .minBytes(1)
                .maxBytes(1 << 20)
                .sessionEpoch(-1)
                .topics(List.of(
                        FetchTopic.builder().topic(topic).partitions(List.of(partition)).build()))
                .build();
        var fetched = wire.call(ApiKey.FETCH, FETCH_VERSION, fetch, FetchResponse.class)
                .responses()
                .getFirst()
                .partitions()
                .getFirst();
        var records = fetched.records();
        if (fetched.errorCode() != 0 || records == null || records.sizeBytes() == 0)
            throw new IllegalStateException("a record that was acknowledged cannot be read: " + fetched);
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
