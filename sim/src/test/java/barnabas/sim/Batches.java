package barnabas.sim;

import barnabas.protocol.RecordData;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Produce requests of one batch.
final class Batches {
    static final int PRODUCE_VERSION = 12;
    private static final int TIMEOUT_MILLIS = 2_000;

    private Batches() {}

    /// An idempotent producer's identity.
    record Identity(long id, short epoch) {}

    static RecordBatchBuilder plain(long nowMillis, List<String> values) {
        return filled(new RecordBatchBuilder(Compression.NONE), nowMillis, values);
    }

    static RecordBatchBuilder idempotent(
            long nowMillis, List<String> values, Identity producer, int sequence, boolean transactional) {
        var batch = new RecordBatchBuilder(Compression.NONE).producer(producer.id(), producer.epoch(), sequence);
        if (transactional) batch.transactional();
        return filled(batch, nowMillis, values);
    }

    private static RecordBatchBuilder filled(RecordBatchBuilder batch, long nowMillis, List<String> values) {
        for (String value : values) batch.append(nowMillis, null, value.getBytes(StandardCharsets.UTF_8));
        return batch;
    }

    static ProduceRequest request(
            Partition partition, RecordBatchBuilder batch, int acks, @Nullable String transactionalId) {
        var data = PartitionProduceData.builder()
                .index(partition.index())
                .records(RecordData.of(batch.build()))
                .build();
        var topic = TopicProduceData.builder()
                .name(partition.topic())
                .partitionData(List.of(data))
                .build();
        return ProduceRequest.builder()
                .transactionalId(transactionalId)
                .acks((short) acks)
                .timeoutMs(TIMEOUT_MILLIS)
                .topicData(List.of(topic))
                .build();
    }
}
