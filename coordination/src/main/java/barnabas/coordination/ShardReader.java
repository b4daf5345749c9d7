package barnabas.coordination;

import barnabas.protocol.MalformedMessageException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Replays stored batches into a shard. A record that cannot be read is skipped and counted: one malformed record must
/// not make all groups or transactions of its partition unavailable. Damage of a batch (CRC, framing) ends the loading.
final class ShardReader {
    private static final Logger LOG = LoggerFactory.getLogger(ShardReader.class);
    /// Skipped records that are named in the log; the others are only counted.
    private static final int NAMED_MAX = 10;

    /// A compressed batch of an internal topic that unfolds to more than this was not written by a coordinator.
    private static final long DECOMPRESSED_BYTES_MAX = 256L << 20;

    private final String name;
    private final Shard shard;
    private long endOffset;
    private long records;
    private long skipped;

    /// @param name for log lines: topic and partition
    ShardReader(String name, Shard shard) {
        this.name = name;
        this.shard = shard;
    }

    /// The offset after everything that was read.
    long endOffset() {
        return endOffset;
    }

    long records() {
        return records;
    }

    /// Records that could not be read.
    long skipped() {
        return skipped;
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
        try {
            CoordinatorRecord record = shard.decode(key.duplicate(), stored.value());
            if (record != null) shard.replay(record, stored.offset(), producer);
        } catch (MalformedMessageException e) {
            if (skipped++ < NAMED_MAX) {
                LOG.error(
                        "{}: skipped the record at offset {}, it is malformed: {}",
                        name,
                        stored.offset(),
                        e.getMessage());
            }
        }
    }
}
