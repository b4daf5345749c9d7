package barnabas.log;

import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.RecordCursor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/// Stores batches in the topic's own codec where `compression.type` names one. The only place where an append
/// rewrites records.
final class Recompression {
    private Recompression() {}

    sealed interface Outcome {
        record Ready(ByteBuffer batches) implements Outcome {}

        record Unreadable(String message) implements Outcome {}
    }

    /// The same buffer when nothing is to be done.
    static Outcome apply(ByteBuffer batches, LogConfig config) {
        if (config.recompression().isEmpty()) return new Outcome.Ready(batches);
        var compression = config.recompression().get();
        boolean changes = false;
        for (var cursor = new BatchCursor(batches); cursor.next(); ) changes |= isToChange(cursor.batch(), compression);
        if (!changes) return new Outcome.Ready(batches);
        var bytes = new ByteArrayOutputStream(batches.remaining());
        try {
            for (var cursor = new BatchCursor(batches); cursor.next(); ) {
                var batch = cursor.batch();
                var stored = isToChange(batch, compression)
                        ? rebuild(batch, compression, config.maxDecompressedBytes())
                        : batch.bytes();
                var copy = new byte[stored.remaining()];
                stored.get(copy);
                bytes.writeBytes(copy);
            }
        } catch (InvalidRecordsException unreadable) {
            return new Outcome.Unreadable(String.valueOf(unreadable.getMessage()));
        }
        return new Outcome.Ready(ByteBuffer.wrap(bytes.toByteArray()));
    }

    private static boolean isToChange(RecordBatch batch, Compression compression) {
        return !batch.isControl()
                && batch.codec().filter(compression.codec()::equals).isEmpty();
    }

    private static ByteBuffer rebuild(RecordBatch batch, Compression compression, long decompressedBytesMax)
            throws InvalidRecordsException {
        var builder = new RecordBatchBuilder(compression)
                .baseOffset(batch.baseOffset())
                .leaderEpoch(batch.leaderEpoch())
                .producer(batch.producerId(), batch.producerEpoch(), batch.baseSequence());
        if (batch.isTransactional()) builder.transactional();
        try (var records = RecordCursor.over(batch, decompressedBytesMax)) {
            while (records.next()) {
                var record = records.record();
                builder.append(record.timestamp(), record.key(), record.value(), record.headers());
            }
        }
        return builder.build();
    }
}
