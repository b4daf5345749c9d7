package barnabas.console.records;

import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordHeader;
import barnabas.protocol.records.TimestampType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A record with what its batch says of its producer.
///
/// @param timestampMillis since the epoch, -1 when it has none
/// @param key at its first byte, not to be changed
/// @param valueBytes of the whole value, which may be longer than what is kept of it; -1 without a value
/// @param producer of an idempotent or transactional producer; null without one
/// @param marker commit or abort when this ends a transaction; null of records that clients read
public record ReadRecord(
        int partition,
        long offset,
        long timestampMillis,
        TimestampType timestampType,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        int valueBytes,
        List<RecordHeader> headers,
        @Nullable Producer producer,
        @Nullable String marker) {
    /// @param sequence -1 of a marker
    public record Producer(long id, short epoch, int sequence, boolean transactional) {
        static @Nullable Producer of(RecordBatch batch, int sequence) {
            if (!batch.hasProducerId()) return null;
            return new Producer(batch.producerId(), batch.producerEpoch(), sequence, batch.isTransactional());
        }
    }

    /// Bytes of key, value and headers.
    long bytes() {
        long sum = Math.max(0L, valueBytes) + (key == null ? 0 : key.remaining());
        for (RecordHeader each : headers) {
            ByteBuffer text = each.value();
            sum += each.key().length() + (text == null ? 0 : text.remaining());
        }
        return sum;
    }

    /// Bytes that it takes in memory while it is read whole, about.
    long heldBytes() {
        return 150L + 60L * headers.size() + bytes();
    }

    /// A copy that holds no more than `bytesMax` of each text, and nothing of the answer that it came in.
    ReadRecord kept(int bytesMax) {
        var copies = new ArrayList<RecordHeader>(headers.size());
        for (RecordHeader each : headers) copies.add(new RecordHeader(each.key(), copy(each.value(), bytesMax)));
        return new ReadRecord(
                partition,
                offset,
                timestampMillis,
                timestampType,
                copy(key, bytesMax),
                copy(value, bytesMax),
                valueBytes,
                copies,
                producer,
                marker);
    }

    private static @Nullable ByteBuffer copy(@Nullable ByteBuffer from, int bytesMax) {
        if (from == null) return null;
        var bytes = new byte[Math.min(bytesMax, from.remaining())];
        from.duplicate().get(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /// The bytes between position and limit.
    public static byte[] bytes(ByteBuffer from) {
        var bytes = new byte[from.remaining()];
        from.duplicate().get(bytes);
        return bytes;
    }
}
