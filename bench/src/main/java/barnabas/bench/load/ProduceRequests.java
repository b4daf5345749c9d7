package barnabas.bench.load;

import barnabas.bench.load.Topics.Topic;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.requests.RequestHeader;

/// Produce requests encoded once with kafka-clients' own code and then replayed; only the correlation id changes.
///
/// Each request carries one batch for one partition, acks=all, without a producer id (replayed sequence numbers would
/// be duplicates).
public final class ProduceRequests {
    static final short VERSION = 13;
    /// size (4) | api key (2) | api version (2) | correlation id (4) ...
    static final int CORRELATION_ID_POSITION = 8;

    /// Contents of a request.
    ///
    /// @param recordBytes the size of each record's value
    /// @param recordsPerBatch how many records; see `recordsInBatchBytes` for a batch of about 16 KB
    public record Shape(int recordBytes, int recordsPerBatch, CompressionType compression) {
        public long valueBytesPerRequest() {
            return (long) recordBytes * recordsPerBatch;
        }

        /// As many records of this size as the official producer puts into a batch of `batch.size` bytes: it fills
        /// the batch up to that size after compression.
        public static Shape ofBatchBytes(int recordBytes, int batchBytes, CompressionType compression) {
            int overheadPerRecord = 8;
            Shape shape = new Shape(
                    recordBytes, Math.max(1, (batchBytes - 61) / (recordBytes + overheadPerRecord)), compression);
            if (compression != CompressionType.NONE) {
                for (int grown = 0; grown < 8; grown++) {
                    double compressed = batch(shape, new Payload(0)).sizeInBytes();
                    shape = new Shape(
                            recordBytes, (int) (shape.recordsPerBatch() * batchBytes / compressed), compression);
                }
            }
            return shape;
        }
    }

    private final Shape shape;
    private final List<ByteBuffer> frames;

    private ProduceRequests(Shape shape, List<ByteBuffer> frames) {
        this.shape = shape;
        this.frames = frames;
    }

    /// Encodes `count` requests that differ in their values.
    public static ProduceRequests encode(Topic topic, int partition, Shape shape, int count, long seed) {
        Payload payload = new Payload(seed);
        List<ByteBuffer> frames = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ProduceRequestData.TopicProduceData topicData =
                    new ProduceRequestData.TopicProduceData().setTopicId(topic.id());
            topicData
                    .partitionData()
                    .add(new ProduceRequestData.PartitionProduceData()
                            .setIndex(partition)
                            .setRecords(batch(shape, payload)));
            frames.add(frame(topicData, i));
        }
        return new ProduceRequests(shape, List.copyOf(frames));
    }

    /// Encodes `count` requests of one batch each for several partitions, chosen again for every request.
    public static ProduceRequests spread(Topic topic, int partitions, Shape shape, int count, long seed) {
        Payload payload = new Payload(seed);
        SplittableRandom random = new SplittableRandom(seed);
        List<ByteBuffer> frames = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ProduceRequestData.TopicProduceData topicData =
                    new ProduceRequestData.TopicProduceData().setTopicId(topic.id());
            random.ints(0, topic.partitions())
                    .distinct()
                    .limit(partitions)
                    .forEach(partition -> topicData
                            .partitionData()
                            .add(new ProduceRequestData.PartitionProduceData()
                                    .setIndex(partition)
                                    .setRecords(batch(shape, payload))));
            frames.add(frame(topicData, i));
        }
        return new ProduceRequests(shape, List.copyOf(frames));
    }

    /// Encodes the requests that together bring one batch to every partition, `perRequest` at a time.
    public static ProduceRequests everyPartition(Topic topic, int perRequest, Shape shape, long seed) {
        Payload payload = new Payload(seed);
        List<ByteBuffer> frames = new ArrayList<>();
        for (int first = 0; first < topic.partitions(); first += perRequest) {
            ProduceRequestData.TopicProduceData topicData =
                    new ProduceRequestData.TopicProduceData().setTopicId(topic.id());
            for (int i = first; i < Math.min(first + perRequest, topic.partitions()); i++) {
                topicData
                        .partitionData()
                        .add(new ProduceRequestData.PartitionProduceData()
                                .setIndex(i)
                                .setRecords(batch(shape, payload)));
            }
            frames.add(frame(topicData, frames.size()));
        }
        return new ProduceRequests(shape, List.copyOf(frames));
    }

    /// Number of different requests.
    public int count() {
        return frames.size();
    }

    private static ByteBuffer frame(ProduceRequestData.TopicProduceData topic, int correlationId) {
        ProduceRequestData body = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(30_000);
        body.topicData().add(topic);
        RequestHeader header = new RequestHeader(ApiKeys.PRODUCE, VERSION, WireConnection.CLIENT_ID, correlationId);
        ByteBuffer encoded = WireConnection.frame(header, VERSION, body);
        return ByteBuffer.allocateDirect(encoded.remaining()).put(encoded).flip();
    }

    private static MemoryRecords batch(Shape shape, Payload payload) {
        ByteBuffer buffer = ByteBuffer.allocate(1024 + (int) shape.valueBytesPerRequest() * 2);
        long now = System.currentTimeMillis();
        try (MemoryRecordsBuilder builder = MemoryRecords.builder(
                buffer, Compression.of(shape.compression()).build(), TimestampType.CREATE_TIME, 0L)) {
            for (int i = 0; i < shape.recordsPerBatch(); i++) {
                builder.append(now, null, payload.next(shape.recordBytes()));
            }
            return builder.build();
        }
    }

    public Shape shape() {
        return shape;
    }

    /// The mean size of a request on the wire.
    public long frameBytes() {
        return (long) frames.stream().mapToInt(ByteBuffer::capacity).average().orElse(0);
    }

    /// The request to send as number `sequence`, with that correlation id, at position 0. The buffer is shared: send it
    /// before asking for the next.
    ByteBuffer frame(int sequence) {
        ByteBuffer frame = frames.get(Math.floorMod(sequence, frames.size()));
        return frame.clear().putInt(CORRELATION_ID_POSITION, sequence);
    }
}
