package barnabas.log;

import barnabas.log.AppendResult.RecordError;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
import barnabas.protocol.records.TimestampType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an append must be before it may touch the log. Headers and CRCs only: single records are read where the topic
/// demands it (compaction needs keys, a lower timestamp limit says nothing about the header's largest one) or to name
/// the culprits.
record AppendCheck(TopicPartition partition, LogConfig config, AppendOrigin origin, long nowMillis) {
    /// The outcome for a whole append.
    sealed interface Verdict {
        /// @param bytes whole batches only; a cut last one is left out
        /// @param lastOffsetDelta how many offsets the batches take, less one
        record Fit(int bytes, int batches, long lastOffsetDelta, long maxTimestamp) implements Verdict {}

        record Refused(AppendResult result) implements Verdict {}
    }

    Verdict check(ByteBuffer batches) {
        var cursor = new BatchCursor(batches);
        int count = 0;
        long offsets = 0;
        long maxTimestamp = RecordBatch.NO_TIMESTAMP;
        while (cursor.next()) {
            var batch = cursor.batch();
            if (++count > 1 && origin == AppendOrigin.CLIENT)
                return refused(invalid("Produce requests are only allowed to contain exactly one record batch per"
                        + " partition, but there are more for " + partition));
            var problem = problemOf(batch);
            if (problem.isPresent()) return refused(problem.get());
            offsets += batch.lastOffsetDelta() + 1L;
            maxTimestamp = Math.max(maxTimestamp, batch.maxTimestamp());
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
        if (origin != AppendOrigin.REPLICATION && batch.sizeBytes() > config.maxMessageBytes())
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
            case REPLICATION -> Optional.empty();
            case COORDINATOR -> countProblem(batch);
            case CLIENT -> clientProblem(batch);
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
        if (batch.baseOffset() != 0)
            return Optional.of(invalid("The baseOffset of the record batch in the append to " + partition
                    + " should be 0, but it is " + batch.baseOffset()));
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
        if (needsItsRecordsRead(batch)) return recordProblem(batch);
        return Optional.empty();
    }

    private boolean needsItsRecordsRead(RecordBatch batch) {
        if (config.compaction().compacts()) return true;
        // base and largest timestamp in the header say nothing about the smallest one; the default has no lower limit
        if (config.timestamps().type() == TimestampType.LOG_APPEND_TIME)
            return batch.timestampType() == TimestampType.LOG_APPEND_TIME;
        return config.timestamps().beforeMaxMillis() != Long.MAX_VALUE || batch.maxTimestamp() > latestTimestamp();
    }

    private long latestTimestamp() {
        long after = config.timestamps().afterMaxMillis();
        return nowMillis > Long.MAX_VALUE - after ? Long.MAX_VALUE : nowMillis + after;
    }

    private long earliestTimestamp() {
        long before = config.timestamps().beforeMaxMillis();
        return nowMillis < Long.MIN_VALUE + before ? Long.MIN_VALUE : nowMillis - before;
    }

    private Optional<AppendResult> recordProblem(RecordBatch batch) {
        var errors = new ArrayList<RecordError>();
        boolean onlyTimestamps = true;
        try (var records = RecordCursor.over(batch, config.maxDecompressedBytes())) {
            for (int i = 0; records.next(); i++) {
                if (config.compaction().compacts() && !records.hasKey()) {
                    errors.add(new RecordError(
                            i, "Compacted topic cannot accept message without key in topic partition " + partition));
                    onlyTimestamps = false;
                } else if (hasBadTimestamp(batch, records.timestamp())) {
                    errors.add(new RecordError(i, timestampMessage(batch, records)));
                }
            }
        } catch (InvalidRecordsException malformed) {
            return Optional.of(invalid(malformed.getMessage() + " in topic partition " + partition));
        }
        if (errors.isEmpty()) return Optional.empty();
        if (onlyTimestamps)
            return Optional.of(new AppendResult.InvalidTimestamp(
                    "One or more records have been rejected due to invalid timestamp", List.copyOf(errors)));
        return Optional.of(new AppendResult.InvalidRecord(
                "One or more records have been rejected due to " + errors.size()
                        + " record errors in total, and only showing the first three errors at most: "
                        + errors.subList(0, Math.min(3, errors.size())),
                List.copyOf(errors)));
    }

    private boolean hasBadTimestamp(RecordBatch batch, long timestamp) {
        if (config.timestamps().type() == TimestampType.LOG_APPEND_TIME)
            return batch.timestampType() == TimestampType.LOG_APPEND_TIME;
        return timestamp != RecordBatch.NO_TIMESTAMP
                && (timestamp < earliestTimestamp() || timestamp > latestTimestamp());
    }

    private String timestampMessage(RecordBatch batch, RecordCursor record) {
        if (batch.timestampType() == TimestampType.LOG_APPEND_TIME)
            return "Invalid timestamp type in message at offset " + record.offset()
                    + ". Producer should not set timestamp type to LogAppendTime.";
        return "Timestamp " + record.timestamp() + " of message with offset " + record.offset()
                + " is out of range. The timestamp should be within [" + earliestTimestamp() + ", " + latestTimestamp()
                + "]";
    }
}
