package barnabas.client.producer;

import barnabas.client.ClientException;
import barnabas.client.TopicPartition;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Records of one partition that travel together. Filled under the producer's lock; once it is on its way,
/// owned by the delivery that carries it.
final class Batch {
    /// The most that a record takes beside its key, value and headers.
    private static final int RECORD_OVERHEAD_BYTES = 36;

    private record Entry(ProducerRecord record, long timestampMillis, int bytes, Delivery.Listener listener) {}

    final TopicPartition partition;
    final long createdNanos;
    private final List<Entry> entries = new ArrayList<>();
    private int bytes = RecordBatch.HEADER_BYTES;

    private @Nullable ProducerIdentity identity;
    private int baseSequence = RecordBatch.NO_SEQUENCE;
    private @Nullable ByteBuffer encoded;

    Batch(TopicPartition partition, long createdNanos) {
        this.partition = partition;
        this.createdNanos = createdNanos;
    }

    static int sizeBytes(ProducerRecord record) {
        long bytes = RECORD_OVERHEAD_BYTES + lengthOf(record.key()) + lengthOf(record.value());
        for (var header : record.headers()) {
            var headerValue = header.value();
            bytes += 10L + header.key().length() * 3L + lengthOf(headerValue);
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    private static long lengthOf(@Nullable ByteBuffer bytes) {
        return bytes == null ? 0 : bytes.remaining();
    }

    void add(ProducerRecord record, long timestampMillis, Delivery.Listener listener) {
        int size = sizeBytes(record);
        entries.add(new Entry(record, timestampMillis, size, listener));
        bytes += size;
    }

    int recordCount() {
        return entries.size();
    }

    /// Before compression, estimated from above.
    int bytes() {
        return bytes;
    }

    /// Buffer bytes that the records were charged for when they were added.
    long chargedBytes() {
        return (long) bytes - RecordBatch.HEADER_BYTES;
    }

    /// Identity of the producer whose sequence numbers the batch carries; null before its first try and without
    /// idempotence.
    @Nullable
    ProducerIdentity identity() {
        return identity;
    }

    int baseSequence() {
        return baseSequence;
    }

    /// Gives the batch its place in the partition's sequence. It keeps it over all tries: that is how the
    /// broker knows it.
    void number(ProducerIdentity producer, int sequence) {
        identity = producer;
        baseSequence = sequence;
    }

    ByteBuffer encode(Compression compression) {
        if (encoded != null) return encoded;
        var builder = new RecordBatchBuilder(compression);
        for (var entry : entries) {
            var record = entry.record;
            builder.append(entry.timestampMillis, record.key(), record.value(), record.headers());
        }
        if (identity != null) builder.producer(identity.id(), identity.epoch(), baseSequence);
        encoded = builder.build();
        return encoded;
    }

    /// Two halves without sequence numbers: for a broker that refuses the whole as too large.
    List<Batch> halves() {
        var halves = List.of(new Batch(partition, createdNanos), new Batch(partition, createdNanos));
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            halves.get(i < entries.size() / 2 ? 0 : 1).add(entry.record, entry.timestampMillis, entry.listener);
        }
        return halves;
    }

    /// @param logAppendTime -1 when the records keep their own timestamps
    void acknowledge(long baseOffset, long logAppendTime) {
        long offset = baseOffset;
        for (var entry : entries) {
            long timestamp = logAppendTime >= 0 ? logAppendTime : entry.timestampMillis;
            entry.listener.delivered(new Delivery.Acknowledged(partition, offset, timestamp));
            if (offset >= 0) offset++;
        }
    }

    void fail(ClientException reason) {
        for (var entry : entries) entry.listener.delivered(new Delivery.Failed(partition, reason));
    }
}
