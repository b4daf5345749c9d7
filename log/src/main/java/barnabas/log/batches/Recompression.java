package barnabas.log.batches;

import barnabas.log.AppendOrigin;
import barnabas.log.LogConfig;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.RecordCursor;
import barnabas.protocol.records.UnpackedLimitException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/// Stores batches in the topic's own codec where `compression.type` names one. The only place where an append
/// rewrites records.
public final class Recompression {
    private Recompression() {}

    /// Compressing is slower than unpacking: an event loop begins only with this much.
    private static final int ON_LOOP_BYTES_MAX = 64 << 10;

    public sealed interface Outcome {
        record Ready(ByteBuffer batches) implements Outcome {}

        record Unreadable(String message) implements Outcome {}

        /// For the event loop.
        record TakesLong() implements Outcome {}

        /// @param bytes as many at least
        record TooLarge(int bytes) implements Outcome {}
    }

    /// The same buffer when nothing is to be done. The topic's size limit holds for what is stored, and nothing much
    /// larger is ever built.
    public static Outcome apply(ByteBuffer batches, LogConfig config, AppendOrigin origin) {
        var compression = config.recompression().orElseThrow();
        boolean changes = false;
        for (var cursor = new BatchCursor(batches); cursor.next(); ) changes |= isToChange(cursor.batch(), compression);
        if (!changes) return new Outcome.Ready(batches);
        boolean brief = origin == AppendOrigin.CLIENT_ON_LOOP;
        if (brief && batches.remaining() > ON_LOOP_BYTES_MAX) return new Outcome.TakesLong();
        var limits = UnpackedLimits.of(config);
        long unpackedMax = brief ? Math.min(ON_LOOP_BYTES_MAX, limits.batchBytes()) : limits.batchBytes();
        var bytes = new ByteArrayOutputStream(batches.remaining());
        try {
            for (var cursor = new BatchCursor(batches); cursor.next(); ) {
                var batch = cursor.batch();
                var stored = batch.bytes();
                if (isToChange(batch, compression)) {
                    RecordBatchBuilder builder = builder(batch, compression);
                    if (!copy(batch, builder, unpackedMax, config.maxMessageBytes()))
                        return new Outcome.TooLarge(builder.sizeBytesSoFar());
                    stored = builder.build();
                    if (stored.remaining() > config.maxMessageBytes()) return new Outcome.TooLarge(stored.remaining());
                }
                var copy = new byte[stored.remaining()];
                stored.get(copy);
                bytes.writeBytes(copy);
            }
        } catch (UnpackedLimitException larger) {
            return brief ? new Outcome.TakesLong() : new Outcome.Unreadable(String.valueOf(larger.getMessage()));
        } catch (InvalidRecordsException unreadable) {
            return new Outcome.Unreadable(String.valueOf(unreadable.getMessage()));
        }
        return new Outcome.Ready(ByteBuffer.wrap(bytes.toByteArray()));
    }

    private static boolean isToChange(RecordBatch batch, Compression compression) {
        return !batch.isControl()
                && batch.codec().filter(compression.codec()::equals).isEmpty();
    }

    private static RecordBatchBuilder builder(RecordBatch batch, Compression compression) {
        var builder = new RecordBatchBuilder(compression)
                .baseOffset(batch.baseOffset())
                .leaderEpoch(batch.leaderEpoch())
                .producer(batch.producerId(), batch.producerEpoch(), batch.baseSequence());
        return batch.isTransactional() ? builder.transactional() : builder;
    }

    /// False as soon as the new batch is larger than it may be.
    private static boolean copy(RecordBatch batch, RecordBatchBuilder target, long unpackedMax, int bytesMax)
            throws InvalidRecordsException {
        try (var records = RecordCursor.over(batch, unpackedMax)) {
            while (records.next()) {
                var record = records.record();
                target.append(record.timestamp(), record.key(), record.value(), record.headers());
                if (target.sizeBytesSoFar() > bytesMax) return false;
            }
        }
        return true;
    }
}
