package barnabas.client.producer;

import barnabas.protocol.records.RecordHeader;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A record on its way to a topic. Key and value are the bytes between their positions and limits, which are
/// not moved and must not change until it is delivered.
///
/// @param partition -1 lets the key choose, or without a key the producer
/// @param timestampMillis since the epoch, -1 for now
public record ProducerRecord(
        String topic,
        int partition,
        long timestampMillis,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<RecordHeader> headers) {
    public static ProducerRecord of(String topic, byte @Nullable [] key, byte @Nullable [] value) {
        return new ProducerRecord(
                topic,
                -1,
                -1,
                key == null ? null : ByteBuffer.wrap(key),
                value == null ? null : ByteBuffer.wrap(value),
                List.of());
    }
}
