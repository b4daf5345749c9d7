package barnabas.log.batches;

import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogConfig;
import barnabas.log.TopicPartition;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.RecordBatch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Checks of an append before it touches the log: sizes, CRCs, headers, and for a producer's batch every record. A
/// CRC protects against disks, not against clients.
public record AppendCheck(TopicPartition partition, LogConfig config, AppendOrigin origin, long nowMillis) {
    /// The outcome for a whole append.
    public sealed interface Verdict {
        /// @param bytes whole batches only; a cut last one is left out
        /// @param lastOffsetDelta how many offsets the batches take, less one
        /// @param maxTimestamp of the records of a producer's batch, of the headers of other batches
        record Fit(int bytes, int batches, long lastOffsetDelta, long maxTimestamp) implements Verdict {}

        record Refused(AppendResult result) implements Verdict {}
    }

    public Verdict check(ByteBuffer batches) {
        var cursor = new BatchCursor(batches);
        int count = 0;
        long offsets = 0;
        long maxTimestamp = RecordBatch.NO_TIMESTAMP;
        while (cursor.next()) {
            var batch = cursor.batch();
            if (++count > 1 && origin.isClient())
                return refused(invalid("Produce requests are only allowed to contain exactly one record batch per"
                        + " partition, but there are more for " + partition));
            var problem = problemOf(batch);
            if (problem.isPresent()) return refused(problem.get());
            offsets += batch.lastOffsetDelta() + 1L;
            long largest = batch.maxTimestamp();
            if (origin.isClient()) {
                var records = new RecordCheck(partition, config, nowMillis);
                var wrong = records.problem(batch, origin == AppendOrigin.CLIENT_ON_LOOP);
                if (wrong.isPresent()) return refused(wrong.get());
                largest = records.maxTimestamp();
            }
            maxTimestamp = Math.max(maxTimestamp, largest);
        }
        int bytes = cursor.position() - batches.position();
        return switch (cursor.ending()) {
            case COMPLETE, TRUNCATED ->
                count > 0
                        ? new Verdict.Fit(bytes, count, offsets - 1, maxTimestamp)
                        : refused(invalid("Record batch has no batches at all"));
            case BAD_LENGTH ->
                refused(new AppendResult.Corrupt(
                        "Found a record batch with an impossible length in topic partition " + partition));
            case UNSUPPORTED_MAGIC -> {
                byte magic = batches.get(cursor.position() + 16);
                yield refused(new AppendResult.UnsupportedMagic(
                        magic,
                        "Record batches of magic " + magic + " are not supported, in topic partition " + partition));
            }
        };
    }

    private static Verdict refused(AppendResult result) {
        return new Verdict.Refused(result);
    }

    private static AppendResult invalid(String message) {
        return new AppendResult.InvalidRecord(message, List.of());
    }

    private Optional<AppendResult> problemOf(RecordBatch batch) {
        if (origin.isClient() && batch.baseOffset() != 0)
            return Optional.of(invalid("The baseOffset of the record batch in the append to " + partition
                    + " should be 0, but it is " + batch.baseOffset()));
        if (!origin.isReplication() && batch.sizeBytes() > config.maxMessageBytes())
            return Optional.of(new AppendResult.TooLarge("The record batch size in the append to " + partition + " is "
                    + batch.sizeBytes() + " bytes which exceeds the maximum configured value of "
                    + config.maxMessageBytes() + ")."));
        if (!batch.crcMatches())
            return Optional.of(new AppendResult.Corrupt("Record is corrupt (stored crc = "
                    + Integer.toUnsignedString(batch.crc()) + ") in topic partition " + partition + "."));
        if (batch.codec().isEmpty())
            return Optional.of(new AppendResult.UnsupportedCodec(
                    "Unknown compression type id: " + (batch.attributes() & 7) + " in topic partition " + partition));
        if (batch.lastOffsetDelta() < 0)
            return Optional.of(invalid("Batch has an invalid offset range: [" + batch.baseOffset() + ", "
                    + batch.lastOffset() + "] in topic partition " + partition));
        return switch (origin) {
            case REPLICATION, REPLICATION_ON_LOOP -> Optional.empty();
            case COORDINATOR -> countProblem(batch);
            case CLIENT, CLIENT_ON_LOOP -> clientProblem(batch);
        };
    }

    private Optional<AppendResult> countProblem(RecordBatch batch) {
        if (batch.recordCount() <= 0)
            return Optional.of(invalid("Invalid reported count for record batch: " + batch.recordCount()
                    + " in topic partition " + partition));
        if (batch.recordCount() != batch.lastOffsetDelta() + 1)
            return Optional.of(invalid("Inconsistent batch offset range [" + batch.baseOffset() + ", "
                    + batch.lastOffset() + "] and count of records " + batch.recordCount() + " in topic partition "
                    + partition));
        return Optional.empty();
    }

    private Optional<AppendResult> clientProblem(RecordBatch batch) {
        var count = countProblem(batch);
        if (count.isPresent()) return count;
        if (batch.isControl())
            return Optional.of(
                    invalid("Clients are not allowed to write control records in topic partition " + partition));
        if (batch.hasProducerId() && batch.baseSequence() < 0)
            return Optional.of(invalid("Invalid sequence number " + batch.baseSequence()
                    + " in record batch with producerId " + batch.producerId() + " in topic partition " + partition));
        if (batch.isTransactional() && !batch.hasProducerId())
            return Optional.of(
                    invalid("Transactional record batch without a producer id in topic partition " + partition));
        return Optional.empty();
    }
}
