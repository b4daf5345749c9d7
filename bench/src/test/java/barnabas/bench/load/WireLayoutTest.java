package barnabas.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.Topics.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.RequestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The bytes that the generator changes or reads in place, against kafka-clients' own codec.
class WireLayoutTest {
    private static final Topic TOPIC = new Topic("t", Uuid.fromString("AAAAAAAAAAAAAAAAAAAAAQ"), 8);

    @Test
    void aChangedFetchTemplateDecodesToWhatWasPutIn() {
        FetchRequests.Template moving = FetchRequests.withDefaults(TOPIC).moving(5);
        ByteBuffer frame = moving.with(77, 1234567, 42, 9_876_543_210L);
        assertThat(frame.getInt()).isEqualTo(frame.remaining());
        ByteBufferAccessor bytes = new ByteBufferAccessor(frame);
        RequestHeaderData header = new RequestHeaderData(bytes, (short) 2);
        FetchRequestData body = new FetchRequestData(bytes, FetchRequests.VERSION);
        assertThat(header.correlationId()).isEqualTo(77);
        assertThat(body.sessionId()).isEqualTo(1234567);
        assertThat(body.sessionEpoch()).isEqualTo(42);
        FetchRequestData.FetchPartition partition =
                body.topics().getFirst().partitions().getFirst();
        assertThat(partition.partition()).isEqualTo(5);
        assertThat(partition.fetchOffset()).isEqualTo(9_876_543_210L);
        assertThat(body.topics().getFirst().topicId()).isEqualTo(TOPIC.id());
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionType.class,
            names = {"NONE", "ZSTD", "LZ4"})
    void aReplayedProduceRequestIsWholeAndAboutAsLargeAsABatch(CompressionType compression) {
        Shape shape = Shape.ofBatchBytes(1024, 16 * 1024, compression);
        ProduceRequests requests = ProduceRequests.encode(TOPIC, 3, shape, 4, 1);
        ByteBuffer frame = requests.frame(6);
        assertThat(frame.getInt()).isEqualTo(frame.remaining());
        ByteBufferAccessor bytes = new ByteBufferAccessor(frame);
        assertThat(new RequestHeaderData(bytes, (short) 2).correlationId()).isEqualTo(6);
        ProduceRequestData body = new ProduceRequestData(bytes, ProduceRequests.VERSION);
        assertThat(body.acks()).isEqualTo((short) -1);
        MemoryRecords records = (MemoryRecords)
                body.topicData().iterator().next().partitionData().getFirst().records();
        assertThat(records.sizeInBytes()).isBetween(14_000, 17_000);
        records.batches().forEach(batch -> {
            batch.ensureValid();
            assertThat(batch.countOrNull()).isEqualTo(shape.recordsPerBatch());
        });
    }

    @Test
    void fetchedBatchesAreCountedAndATornOneIsNot() throws IOException {
        ByteBuffer records = ByteBuffer.allocate(4096);
        records.put(batch(100, 3)).put(batch(103, 2));
        int whole = records.position();
        records.put(batch(105, 1).limit(40));
        FetchResponseData.PartitionData partition = new FetchResponseData.PartitionData()
                .setPartitionIndex(5)
                .setHighWatermark(106)
                .setAbortedTransactions(List.of(new FetchResponseData.AbortedTransaction()
                        .setProducerId(1)
                        .setFirstOffset(2)))
                .setRecords(MemoryRecords.readableRecords(records.flip()));
        partition.currentLeader().setLeaderId(1).setLeaderEpoch(2);
        FetchResponseData response = new FetchResponseData()
                .setSessionId(99)
                .setResponses(List.of(new FetchResponseData.FetchableTopicResponse()
                        .setTopicId(TOPIC.id())
                        .setPartitions(List.of(partition))));
        ByteBuffer encoded = RequestUtils.serialize(
                new ResponseHeaderData().setCorrelationId(7), (short) 1, response, FetchRequests.VERSION);

        List<String> seen = new ArrayList<>();
        FetchedBatches batches = new FetchedBatches();
        batches.read(encoded, 7, (first, last) -> seen.add(first + "-" + last));
        assertThat(seen).containsExactly("100-102", "103-104");
        assertThat(batches.nextOffset()).isEqualTo(105);
        assertThat(batches.recordsBytes()).isEqualTo(whole);
        assertThat(batches.sessionId()).isEqualTo(99);
        assertThat(encoded.hasRemaining()).isFalse();
    }

    private static ByteBuffer batch(long baseOffset, int records) {
        SimpleRecord[] values = new SimpleRecord[records];
        for (int i = 0; i < records; i++) {
            values[i] = new SimpleRecord(1_000L + i, new byte[10]);
        }
        return MemoryRecords.withRecords(baseOffset, Compression.NONE, values).buffer();
    }
}
