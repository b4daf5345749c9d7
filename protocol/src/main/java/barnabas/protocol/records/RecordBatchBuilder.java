package barnabas.protocol.records;

import barnabas.base.Check;
import barnabas.protocol.compression.Compression;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects records into one batch. Owned by one thread; one builder makes one batch.
///
/// ```java
/// var batch = new RecordBatchBuilder(Compression.of(LZ4)).append(now, key, value).build();
/// ```
public final class RecordBatchBuilder {
    private final Compression compression;
    private final GrowingBytes batch = new GrowingBytes(256);
    /// Target of whole records: `batch` itself, or the codec's stream in front of it.
    private final OutputStream records;
    /// Records are put together here before they enter the codec; the same object as `batch` without a codec.
    private final GrowingBytes scratch;

    private long baseOffset;
    private int leaderEpoch = RecordBatch.NO_LEADER_EPOCH;
    private long producerId = RecordBatch.NO_PRODUCER_ID;
    private short producerEpoch = RecordBatch.NO_PRODUCER_EPOCH;
    private int baseSequence = RecordBatch.NO_SEQUENCE;
    private int attributes;

    private long baseTimestamp = RecordBatch.NO_TIMESTAMP;
    private long maxTimestamp = RecordBatch.NO_TIMESTAMP;
    private long logAppendTime = RecordBatch.NO_TIMESTAMP;
    private int recordCount;
    private int lastOffsetDelta = -1;
    private int uncompressedBytes = RecordBatch.HEADER_BYTES;
    private boolean built;

    public RecordBatchBuilder(Compression compression) {
        this.compression = compression;
        this.attributes = compression.codec().id();
        batch.skip(RecordBatch.HEADER_BYTES);
        try {
            records = compression.compress(batch);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        scratch = records == batch ? batch : new GrowingBytes(256);
    }

    /// Before the first record; 0 when not set, as producers send it.
    public RecordBatchBuilder baseOffset(long offset) {
        Check.that(recordCount == 0, "the base offset is set before the first record");
        baseOffset = offset;
        return this;
    }

    public RecordBatchBuilder leaderEpoch(int epoch) {
        leaderEpoch = epoch;
        return this;
    }

    /// Makes the batch an idempotent producer's.
    public RecordBatchBuilder producer(long id, short epoch, int sequence) {
        producerId = id;
        producerEpoch = epoch;
        baseSequence = sequence;
        return this;
    }

    public RecordBatchBuilder transactional() {
        attributes |= RecordBatch.TRANSACTIONAL_BIT;
        return this;
    }

    /// Marks the batch as one that the broker or the quorum writes for itself.
    public RecordBatchBuilder control() {
        attributes |= RecordBatch.CONTROL_BIT;
        return this;
    }

    /// Gives all records this timestamp and marks the batch LogAppendTime.
    public RecordBatchBuilder logAppendTime(long timestampMillis) {
        attributes |= RecordBatch.TIMESTAMP_TYPE_BIT;
        logAppendTime = timestampMillis;
        return this;
    }

    /// Marks from when on tombstones and markers in this batch may be removed (KIP-534). Before the first record.
    public RecordBatchBuilder deleteHorizon(long timestampMillis) {
        Check.that(recordCount == 0, "the delete horizon is set before the first record");
        attributes |= RecordBatch.DELETE_HORIZON_BIT;
        baseTimestamp = timestampMillis;
        return this;
    }

    /// Makes the batch reach to this offset although the records before it may be gone (compaction).
    public RecordBatchBuilder lastOffset(long offset) {
        lastOffsetDelta = (int) (offset - baseOffset);
        return this;
    }

    public RecordBatchBuilder append(long timestampMillis, byte @Nullable [] key, byte @Nullable [] value) {
        return append(
                timestampMillis,
                key == null ? null : ByteBuffer.wrap(key),
                value == null ? null : ByteBuffer.wrap(value),
                List.of());
    }

    /// Adds a record with the next offset. The buffers' bytes between position and limit are copied; the positions do
    /// not move.
    public RecordBatchBuilder append(
            long timestampMillis, @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<RecordHeader> headers) {
        return appendAt(baseOffset + lastOffsetDelta + 1, timestampMillis, key, value, headers);
    }

    /// Adds a record at an offset of its own, above all before it (compaction leaves gaps).
    public RecordBatchBuilder appendAt(
            long offset,
            long timestampMillis,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<RecordHeader> headers) {
        Check.that(!built, "a built batch takes no more records");
        Check.that(offset > baseOffset + lastOffsetDelta, "offset %d does not follow %d", offset, lastOffsetDelta);
        if (baseTimestamp == RecordBatch.NO_TIMESTAMP && recordCount == 0) baseTimestamp = timestampMillis;
        maxTimestamp = Math.max(maxTimestamp, timestampMillis);
        lastOffsetDelta = Math.toIntExact(offset - baseOffset);
        recordCount++;
        int before = scratch.size();
        encode(timestampMillis - baseTimestamp, key, value, headers);
        uncompressedBytes = Math.addExact(uncompressedBytes, scratch.size() - before);
        if (scratch != batch) {
            try {
                scratch.writeTo(records);
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            scratch.clear();
        }
        return this;
    }

    private void encode(
            long timestampDelta, @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<RecordHeader> headers) {
        var headerKeys = new byte[headers.size()][];
        int length = 1
                + Varint.sizeBytes(timestampDelta)
                + Varint.sizeBytes(lastOffsetDelta)
                + sizeBytes(key)
                + sizeBytes(value)
                + Varint.sizeBytes(headers.size());
        for (int i = 0; i < headerKeys.length; i++) {
            var header = headers.get(i);
            headerKeys[i] = header.key().getBytes(StandardCharsets.UTF_8);
            length = Math.addExact(
                    length, Varint.sizeBytes(headerKeys[i].length) + headerKeys[i].length + sizeBytes(header.value()));
        }
        scratch.varint(length);
        scratch.write(0);
        scratch.varint(timestampDelta);
        scratch.varint(lastOffsetDelta);
        scratch.bytes(key);
        scratch.bytes(value);
        scratch.varint(headerKeys.length);
        for (int i = 0; i < headerKeys.length; i++) {
            scratch.bytes(ByteBuffer.wrap(headerKeys[i]));
            scratch.bytes(headers.get(i).value());
        }
    }

    private static int sizeBytes(@Nullable ByteBuffer bytes) {
        return bytes == null ? Varint.sizeBytes(-1) : Varint.sizeBytes(bytes.remaining()) + bytes.remaining();
    }

    public int recordCount() {
        return recordCount;
    }

    /// Uncompressed size of the batch so far: an upper bound of the built size up to a few bytes that a codec adds.
    public int uncompressedSizeBytes() {
        return uncompressedBytes;
    }

    /// The size of the stored form as far as it is written; what a codec still holds back comes on top.
    public int sizeBytesSoFar() {
        return batch.size();
    }

    /// The batch from position 0 to the limit of a new buffer.
    public ByteBuffer build() {
        Check.that(!built, "a builder makes one batch");
        built = true;
        try {
            records.close();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        boolean appendTime = logAppendTime != RecordBatch.NO_TIMESTAMP;
        var buffer = batch.toBuffer();
        buffer.putLong(0, baseOffset)
                .putInt(RecordBatch.BATCH_LENGTH, buffer.limit() - RecordBatch.LOG_OVERHEAD_BYTES)
                .putInt(RecordBatch.LEADER_EPOCH, leaderEpoch)
                .put(RecordBatch.MAGIC_BYTE, RecordBatch.MAGIC)
                .putShort(RecordBatch.ATTRIBUTES, (short) attributes)
                .putInt(RecordBatch.LAST_OFFSET_DELTA, lastOffsetDelta)
                .putLong(RecordBatch.BASE_TIMESTAMP, baseTimestamp)
                .putLong(RecordBatch.MAX_TIMESTAMP, appendTime ? logAppendTime : maxTimestamp)
                .putLong(RecordBatch.PRODUCER_ID, producerId)
                .putShort(RecordBatch.PRODUCER_EPOCH, producerEpoch)
                .putInt(RecordBatch.BASE_SEQUENCE, baseSequence)
                .putInt(RecordBatch.RECORD_COUNT, recordCount);
        return buffer.putInt(RecordBatch.CRC, RecordBatch.at(buffer, 0).computedCrc());
    }

    @Override
    public String toString() {
        return "RecordBatchBuilder[" + recordCount + " records, " + compression.codec() + "]";
    }
}
