package barnabas.registry.store;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.TopicPartition;
import barnabas.protocol.RecordData;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.registry.state.RecordFormat;
import barnabas.registry.state.SchemaRecord;
import barnabas.registry.store.SchemaWriter.Identity;
import java.nio.ByteBuffer;
import java.util.List;

/// A transactional batch of records of the registry, as a request.
final class SchemaBatch {
    private static final short ALL_REPLICAS = -1;

    private SchemaBatch() {}

    /// @param sequence of the first record
    static ProduceRequest of(
            Cluster cluster, TopicPartition partition, Identity producer, int sequence, List<SchemaRecord> records)
            throws ClientException {
        Topic topic = cluster.topic(partition.topic());
        var batch = new RecordBatchBuilder(Compression.NONE)
                .producer(producer.producerId(), producer.epoch(), sequence)
                .transactional();
        long now = cluster.options().clock().millis();
        for (SchemaRecord each : records) {
            RecordFormat.Bytes bytes = RecordFormat.write(each);
            byte[] value = bytes.value();
            batch.append(
                    now, ByteBuffer.wrap(bytes.key()), value == null ? null : ByteBuffer.wrap(value), bytes.headers());
        }
        var data = new PartitionProduceData(partition.partition(), RecordData.of(batch.build()));
        return ProduceRequest.builder()
                .transactionalId(SchemaTopic.NAME)
                .acks(ALL_REPLICAS)
                .timeoutMs((int) cluster.options().requestTimeout().toMillis())
                .topicData(List.of(new TopicProduceData(topic.name(), topic.id(), List.of(data))))
                .build();
    }
}
