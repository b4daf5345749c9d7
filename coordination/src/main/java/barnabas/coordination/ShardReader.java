package barnabas.coordination;

import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.LogRecord;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Replays stored batches into a shard.
final class ShardReader {
    /// A compressed batch of an internal topic that unfolds to more than this was not written by a coordinator.
    private static final long DECOMPRESSED_BYTES_MAX = 256L << 20;

    private final Shard shard;
    private long endOffset;
    private long records;

    ShardReader(Shard shard) {
        this.shard = shard;
    }

    /// The offset after everything that was read.
    long endOffset() {
        return endOffset;
    }

    long records() {
        return records;
    }

    void read(ByteBuffer batches) {
        var cursor = new BatchCursor(batches);
        try {
            while (cursor.next()) read(cursor.batch());
        } catch (InvalidRecordsException e) {
            throw new UncheckedIOException(new IOException("batch at offset " + endOffset + ": " + e.getMessage(), e));
        }
        if (cursor.ending() != BatchCursor.Ending.COMPLETE) {
            throw new UncheckedIOException(
                    new IOException("no whole batch after offset " + endOffset + ": " + cursor.ending()));
        }
    }

    private void read(RecordBatch batch) throws InvalidRecordsException {
        if (!batch.crcMatches())
            throw new InvalidRecordsException("CRC does not match at offset " + batch.baseOffset());
        Producer producer = batch.isTransactional() ? new Producer(batch.producerId(), batch.producerEpoch()) : null;
        if (batch.isControl()) {
            if (producer != null && ControlRecord.in(batch) instanceof ControlRecord.EndTransaction end) {
                shard.replayMarker(producer, end.commit());
            }
        } else {
            try (var cursor = RecordCursor.over(batch, DECOMPRESSED_BYTES_MAX)) {
                while (cursor.next()) read(cursor.record(), producer);
            }
        }
        endOffset = batch.nextOffset();
    }

    private void read(LogRecord stored, @Nullable Producer producer) {
        records++;
        ByteBuffer key = stored.key();
        if (key == null) return;
        CoordinatorRecord record = shard.decode(key.duplicate(), stored.value());
        if (record != null) shard.replay(record, stored.offset(), producer);
    }
}
