package barnabas.conformance.hostile;

import barnabas.protocol.ApiKey;
import barnabas.protocol.RecordData;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.message.ProduceResponse.PartitionProduceResponse;
import barnabas.protocol.records.RecordBatchBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;

/// Records in several topics that are written once and looked for after every start.
final class KeptRecords implements AutoCloseable {
    private static final int TOPICS = 4;
    private static final int PARTITIONS = 3;
    private static final int BATCHES = 300;
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int TRIES_MAX = 2_000;
    private static final short FETCH_VERSION = 11;

    // Where a batch (version 2) has what; all after the checksum is covered by it.
    private static final int LENGTH_AT = 8;
    private static final int CHECKSUM_AT = 17;
    private static final int CHECKED_FROM = 21;
    private static final int LAST_OFFSET_DELTA_AT = 23;
    private static final int OVERHEAD = 12;

    private final Wire wire;

    KeptRecords(InetSocketAddress address) throws IOException {
        wire = new Wire(address, PATIENCE_MILLIS);
    }

    /// @param offline partitions with an error and their name in the output
    /// @param problem what is neither there nor named; empty for nothing
    record Finding(int offline, String problem) {}

    private static String topic(int number) {
        return "kept-" + number;
    }

    void write() throws IOException {
        var topics = new ArrayList<CreatableTopic>();
        for (int i = 0; i < TOPICS; i++) {
            // Half of them go through the journal.
            var durable = new CreatableTopicConfig("flush.messages", i % 2 == 0 ? "1" : "1000000");
            topics.add(CreatableTopic.builder()
                    .name(topic(i))
                    .numPartitions(PARTITIONS)
                    .replicationFactor((short) 1)
                    .configs(List.of(durable))
                    .build());
        }
        var create = CreateTopicsRequest.builder()
                .topics(topics)
                .timeoutMs(PATIENCE_MILLIS)
                .build();
        for (var each : wire.call(ApiKey.CREATE_TOPICS, (short) 5, create, CreateTopicsResponse.class)
                .topics()) {
            if (each.errorCode() != 0) throw new IllegalStateException(each.toString());
        }
        for (int batch = 0; batch < BATCHES; batch++) {
            for (int i = 0; i < TOPICS; i++) produce(topic(i), batch);
        }
    }

    private void produce(String topic, int batch) throws IOException {
        for (var each : produce(
                wire, topic, PARTITIONS, index -> topic + "-" + index + " batch " + batch + " " + "x".repeat(300))) {
            if (each.errorCode() != 0) throw new IllegalStateException(each.toString());
        }
    }

    /// Writes a record to each partition of a topic.
    ///
    /// @param value by partition
    /// @return the partitions' answers
    static List<PartitionProduceResponse> produce(Wire wire, String topic, int partitions, IntFunction<String> value)
            throws IOException {
        var data = new ArrayList<PartitionProduceData>();
        for (int index = 0; index < partitions; index++) {
            var records = new RecordBatchBuilder(Compression.NONE);
            records.append(System.currentTimeMillis(), null, value.apply(index).getBytes(StandardCharsets.US_ASCII));
            data.add(new PartitionProduceData(index, RecordData.of(records.build())));
        }
        var request = ProduceRequest.builder()
                .acks((short) -1)
                .timeoutMs(PATIENCE_MILLIS)
                .topicData(List.of(TopicProduceData.builder()
                        .name(topic)
                        .partitionData(data)
                        .build()))
                .build();
        return wire.call(ApiKey.PRODUCE, (short) 9, request, ProduceResponse.class)
                .responses()
                .getFirst()
                .partitionResponses();
    }

    /// @param broker in whose output partitions that are not served must be named
    Finding find(BrokerProcess broker) throws IOException, InterruptedException {
        int offline = 0;
        for (int i = 0; i < TOPICS; i++) {
            for (int index = 0; index < PARTITIONS; index++) {
                String answer = read(topic(i), index);
                if (answer.isEmpty()) continue;
                if (!broker.prints(topic(i) + "-" + index)) return new Finding(offline, topic(i) + "-" + index + ": " + answer);
                offline++;
            }
        }
        return new Finding(offline, "");
    }

    /// Empty when all records are there, or are there with a wrong checksum.
    private String read(String topic, int index) throws IOException {
        long offset = 0;
        for (int tries = 0; offset < BATCHES; tries++) {
            if (tries == TRIES_MAX) return "no end after " + tries + " fetches, at offset " + offset;
            var partition = FetchPartition.builder()
                    .partition(index)
                    .fetchOffset(offset)
                    .partitionMaxBytes(1 << 20)
                    .build();
            var fetch = FetchRequest.builder()
                    .maxWaitMs(100)
                    .minBytes(1)
                    .maxBytes(1 << 20)
                    .sessionEpoch(-1)
                    .topics(List.of(FetchTopic.builder()
                            .topic(topic)
                            .partitions(List.of(partition))
                            .build()))
                    .build();
            var answer = wire.call(ApiKey.FETCH, FETCH_VERSION, fetch, FetchResponse.class)
                    .responses()
                    .getFirst()
                    .partitions()
                    .getFirst();
            if (answer.errorCode() != 0) return "error " + answer.errorCode() + " at offset " + offset;
            if (!(answer.records() instanceof RecordData.InMemory(ByteBuffer records)) || !records.hasRemaining())
                return "ends at offset " + offset;
            long next = follow(records, offset);
            if (next < 0) return ""; // the client sees that it is damaged
            if (next == offset) return "nothing whole at offset " + offset;
            offset = next;
        }
        return "";
    }

    /// The offset after the last whole batch; -1 when a checksum does not fit or a batch does not follow.
    static long follow(ByteBuffer records, long from) {
        long offset = from;
        int at = records.position();
        while (records.limit() - at >= CHECKED_FROM + 40) {
            long base = records.getLong(at);
            int size = records.getInt(at + LENGTH_AT) + OVERHEAD;
            if (size < CHECKED_FROM + 40) return -1;
            if (size > records.limit() - at) break;
            var checksum = new CRC32C();
            checksum.update(records.slice(at + CHECKED_FROM, size - CHECKED_FROM));
            if ((int) checksum.getValue() != records.getInt(at + CHECKSUM_AT)) return -1;
            long last = base + records.getInt(at + LAST_OFFSET_DELTA_AT);
            if (base > offset)
                throw new IllegalStateException("offsets " + offset + " to " + (base - 1) + " are skipped");
            offset = Math.max(offset, last + 1);
            at += size;
        }
        return offset;
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
