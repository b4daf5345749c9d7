package barnabas.protocol.records;

import barnabas.protocol.compression.Compression;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/// Rewrites batches without some of their records, as compaction does. Offsets, sequence numbers, producer, codec
/// and the range of offsets that a batch covers stay as they are. Owned by one thread; a result is valid until the
/// next call.
public final class BatchThinning {
    private final long decompressedBytesMax;
    private final long recordBytesMax;
    private final GrowingBytes kept = new GrowingBytes(64 * 1024);
    private final GrowingBytes compressed = new GrowingBytes(64 * 1024);

    /// Which records stay. Asked once or twice for each, so the answer must not change.
    @FunctionalInterface
    public interface Filter {
        boolean keeps(RecordCursor record);
    }

    /// Remaining part of a batch.
    public sealed interface Outcome {
        /// Everything, and nothing has to be noted.
        record Unchanged() implements Outcome {}

        /// @param records how many
        record Thinned(ByteBuffer batch, int records) implements Outcome {}

        record Emptied() implements Outcome {}
    }

    /// @param decompressedBytesMax a batch with more is left alone with an [InvalidRecordsException]
    /// @param recordBytesMax the same for one record: no more is held in memory at a time
    public BatchThinning(long decompressedBytesMax, long recordBytesMax) {
        this.decompressedBytesMax = decompressedBytesMax;
        this.recordBytesMax = recordBytesMax;
    }

    /// Keeps the records that the filter wants. A batch that keeps tombstones and has no delete horizon yet gets
    /// this one (KIP-534).
    public Outcome thin(RecordBatch batch, Filter filter, long deleteHorizon) throws InvalidRecordsException {
        kept.clear();
        kept.skip(RecordBatch.HEADER_BYTES);
        int count = 0;
        boolean tombstones = false;
        long maxTimestamp = RecordBatch.NO_TIMESTAMP;
        try (var records = RecordCursor.over(batch, decompressedBytesMax, recordBytesMax)) {
            while (records.next()) {
                if (!filter.keeps(records)) continue;
                count++;
                tombstones |= !records.hasValue();
                maxTimestamp = Math.max(maxTimestamp, records.timestamp());
                if (!batch.isCompressed()) records.copyTo(kept);
            }
        }
        if (count == 0) return new Outcome.Emptied();
        if (tombstones && !batch.hasDeleteHorizon())
            return new Outcome.Thinned(dated(batch, filter, deleteHorizon), count);
        if (count == batch.recordCount()) return new Outcome.Unchanged();
        var bytes = batch.isCompressed() ? compress(batch, filter) : kept.toBuffer();
        return new Outcome.Thinned(finish(batch, bytes, count, maxTimestamp), count);
    }

    /// Decompresses once more: records go one by one from one codec into the other.
    private ByteBuffer compress(RecordBatch batch, Filter filter) throws InvalidRecordsException {
        var codec = batch.codec().orElseThrow(() -> new InvalidRecordsException("unknown codec in " + batch));
        compressed.clear();
        compressed.skip(RecordBatch.HEADER_BYTES);
        try (var stream = Compression.of(codec).compress(compressed);
                var records = RecordCursor.over(batch, decompressedBytesMax, recordBytesMax)) {
            while (records.next()) {
                if (!filter.keeps(records)) continue;
                kept.clear();
                records.copyTo(kept);
                kept.writeTo(stream);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return compressed.toBuffer();
    }

    /// The records' own bytes stay, as their offsets and timestamps count from the header's, which stay too.
    private static ByteBuffer finish(RecordBatch batch, ByteBuffer bytes, int count, long maxTimestamp) {
        bytes.put(0, batch.buffer(), batch.start(), RecordBatch.HEADER_BYTES);
        bytes.putInt(RecordBatch.BATCH_LENGTH, bytes.limit() - RecordBatch.LOG_OVERHEAD_BYTES)
                .putLong(RecordBatch.MAX_TIMESTAMP, maxTimestamp)
                .putInt(RecordBatch.RECORD_COUNT, count);
        return bytes.putInt(RecordBatch.CRC, RecordBatch.at(bytes, 0).computedCrc());
    }

    /// The whole batch with a delete horizon. The horizon replaces the base timestamp, so every record is
    /// rewritten.
    public ByteBuffer dated(RecordBatch batch, long deleteHorizon) throws InvalidRecordsException {
        return dated(batch, _ -> true, deleteHorizon);
    }

    private ByteBuffer dated(RecordBatch batch, Filter filter, long deleteHorizon) throws InvalidRecordsException {
        var codec = batch.codec().orElseThrow(() -> new InvalidRecordsException("unknown codec in " + batch));
        var builder = new RecordBatchBuilder(Compression.of(codec))
                .baseOffset(batch.baseOffset())
                .leaderEpoch(batch.leaderEpoch())
                .producer(batch.producerId(), batch.producerEpoch(), batch.baseSequence())
                .deleteHorizon(deleteHorizon);
        if (batch.isTransactional()) builder.transactional();
        if (batch.isControl()) builder.control();
        if (batch.timestampType() == TimestampType.LOG_APPEND_TIME) builder.logAppendTime(batch.maxTimestamp());
        try (var records = RecordCursor.over(batch, decompressedBytesMax, recordBytesMax)) {
            while (records.next()) {
                if (!filter.keeps(records)) continue;
                var record = records.record();
                builder.appendAt(record.offset(), record.timestamp(), record.key(), record.value(), record.headers());
            }
        }
        return builder.lastOffset(batch.lastOffset()).build();
    }

    /// The header of a batch alone: it says what its producer's sequence numbers have come to.
    public static ByteBuffer emptied(RecordBatch batch) {
        var bytes = ByteBuffer.allocate(RecordBatch.HEADER_BYTES);
        bytes.put(0, batch.buffer(), batch.start(), RecordBatch.HEADER_BYTES);
        int attributes = batch.attributes() & ~(RecordBatch.CODEC_MASK | RecordBatch.DELETE_HORIZON_BIT);
        return emptied(bytes, attributes);
    }

    /// An empty batch at this batch's last offset, of no producer: it says only that the log reaches so far.
    public static ByteBuffer placeholder(RecordBatch batch) {
        var bytes = ByteBuffer.allocate(RecordBatch.HEADER_BYTES);
        bytes.putLong(0, batch.lastOffset())
                .putInt(RecordBatch.LEADER_EPOCH, batch.leaderEpoch())
                .put(RecordBatch.MAGIC_BYTE, RecordBatch.MAGIC)
                .putLong(RecordBatch.MAX_TIMESTAMP, RecordBatch.NO_TIMESTAMP)
                .putLong(RecordBatch.PRODUCER_ID, RecordBatch.NO_PRODUCER_ID)
                .putShort(RecordBatch.PRODUCER_EPOCH, RecordBatch.NO_PRODUCER_EPOCH)
                .putInt(RecordBatch.BASE_SEQUENCE, RecordBatch.NO_SEQUENCE);
        return emptied(bytes, 0);
    }

    private static ByteBuffer emptied(ByteBuffer bytes, int attributes) {
        bytes.putInt(RecordBatch.BATCH_LENGTH, RecordBatch.HEADER_BYTES - RecordBatch.LOG_OVERHEAD_BYTES)
                .putShort(RecordBatch.ATTRIBUTES, (short) attributes)
                .putLong(RecordBatch.BASE_TIMESTAMP, RecordBatch.NO_TIMESTAMP)
                .putInt(RecordBatch.RECORD_COUNT, 0);
        return bytes.putInt(RecordBatch.CRC, RecordBatch.at(bytes, 0).computedCrc());
    }
}
