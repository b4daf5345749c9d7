package barnabas.log.batches;

import barnabas.log.AppendResult;
import barnabas.log.AppendResult.RecordError;
import barnabas.log.LogConfig;
import barnabas.log.RecordGate;
import barnabas.log.TopicPartition;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
import barnabas.protocol.records.RecordScan;
import barnabas.protocol.records.RecordWalk;
import barnabas.protocol.records.TimestampType;
import barnabas.protocol.records.UnpackedLimitException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks the records of one batch from a producer: whatever its header says of them is believed only as far as the
/// records say it too. One for each batch.
final class RecordCheck {
    /// More errors than this are counted only: a megabyte of compressed records can hold tens of millions of them.
    static final int ERRORS_MAX = 1_000;

    private final TopicPartition partition;
    private final LogConfig config;
    private final long earliestMillis;
    private final long latestMillis;
    private final @Nullable GateVisitor gate;
    private long maxTimestamp = RecordBatch.NO_TIMESTAMP;

    RecordCheck(TopicPartition partition, LogConfig config, long nowMillis) {
        this.partition = partition;
        this.config = config;
        boolean limited = config.timestamps().type() == TimestampType.CREATE_TIME;
        long before = config.timestamps().beforeMaxMillis();
        long after = config.timestamps().afterMaxMillis();
        earliestMillis = !limited || nowMillis < Long.MIN_VALUE + before ? Long.MIN_VALUE : nowMillis - before;
        latestMillis = !limited || nowMillis > Long.MAX_VALUE - after ? Long.MAX_VALUE : nowMillis + after;
        RecordGate asked = config.gate();
        gate = asked == null ? null : new GateVisitor(asked);
    }

    /// The largest timestamp of the records, once [#problem] has found nothing.
    long maxTimestamp() {
        return maxTimestamp;
    }

    /// Reason to refuse the batch, empty if valid.
    ///
    /// @param brief decompress no more than an event loop may; for a larger batch the answer is
    ///     [AppendResult.TakesLong]
    Optional<AppendResult> problem(RecordBatch batch, boolean brief) {
        if (gate != null) gate.onLoop(brief);
        if (!batch.isCompressed() && batch.timestampType() == TimestampType.CREATE_TIME) {
            long largest =
                    RecordWalk.maxTimestamp(batch, config.compaction().compacts(), earliestMillis, latestMillis, gate);
            if (largest != RecordWalk.LOOK_CLOSER) {
                maxTimestamp = largest;
                return Optional.empty();
            }
            if (gate != null && gate.later()) return Optional.of(new AppendResult.TakesLong());
        }
        boolean begins = brief && batch.isCompressed();
        if (begins && batch.sizeBytes() > UnpackedLimits.ON_LOOP_PACKED_BYTES_MAX)
            return Optional.of(new AppendResult.TakesLong());
        var limits = UnpackedLimits.of(config);
        if (batch.isCompressed() && batch.timestampType() == TimestampType.CREATE_TIME) {
            long largest = RecordWalk.maxTimestampUnpacked(
                    batch, config.compaction().compacts(), earliestMillis, latestMillis, limits.smaller(), gate);
            if (largest != RecordWalk.LOOK_CLOSER) {
                maxTimestamp = largest;
                return Optional.empty();
            }
            if (gate != null && gate.later()) return Optional.of(new AppendResult.TakesLong());
        }
        long bytesMax = begins ? Math.min(limits.batchBytes(), UnpackedLimits.ON_LOOP_BYTES_MAX) : limits.batchBytes();
        try (var records =
                RecordScan.over(batch, batch.isCompressed() ? bytesMax : Long.MAX_VALUE, limits.recordBytes())) {
            Optional<AppendResult> wrong = scan(batch, records, begins && bytesMax < limits.batchBytes());
            return wrong.isPresent() || gate == null ? wrong : gated(batch, gate, bytesMax, limits.recordBytes());
        } catch (InvalidRecordsException unreadable) {
            return Optional.of(invalid(unreadable, List.of()));
        }
    }

    private Optional<AppendResult> scan(RecordBatch batch, RecordScan records, boolean begins) {
        var errors = new ArrayList<RecordError>();
        long count = 0;
        boolean badTimestamps = false;
        try {
            while (records.next()) {
                maxTimestamp = Math.max(maxTimestamp, records.timestamp());
                String error = null;
                if (config.compaction().compacts() && !records.hasKey()) {
                    error = "Compacted topic cannot accept message without key in topic partition " + partition;
                } else if (hasBadTimestamp(batch, records.timestamp())) {
                    error = timestampMessage(records);
                    badTimestamps = true;
                }
                if (error == null) continue;
                if (count++ < ERRORS_MAX) errors.add(new RecordError(records.index(), error));
            }
        } catch (UnpackedLimitException larger) {
            return Optional.of(begins ? new AppendResult.TakesLong() : invalid(larger, List.of()));
        } catch (InvalidRecordsException malformed) {
            return Optional.of(invalid(
                    malformed, List.of(new RecordError(records.index(), String.valueOf(malformed.getMessage())))));
        }
        if (errors.isEmpty()) return Optional.empty();
        if (badTimestamps)
            return Optional.of(new AppendResult.InvalidTimestamp(
                    "One or more records have been rejected due to invalid timestamp", List.copyOf(errors)));
        return Optional.of(rejected(count, errors));
    }

    /// The records of a batch that is in order, as the gate sees them.
    private Optional<AppendResult> gated(RecordBatch batch, GateVisitor visitor, long bytesMax, long recordBytesMax)
            throws InvalidRecordsException {
        var errors = new ArrayList<RecordError>();
        long count = 0;
        long most = batch.isCompressed() ? bytesMax : Long.MAX_VALUE;
        try (var records = RecordCursor.over(batch, most, recordBytesMax)) {
            while (records.next()) {
                if (records.show(visitor)) continue;
                if (visitor.later()) return Optional.of(new AppendResult.TakesLong());
                if (count++ < ERRORS_MAX) errors.add(new RecordError(records.index(), visitor.problem()));
            }
        }
        return count == 0 ? Optional.empty() : Optional.of(rejected(count, errors));
    }

    private static AppendResult rejected(long count, List<RecordError> errors) {
        return new AppendResult.InvalidRecord(
                "One or more records have been rejected due to " + count
                        + " record errors in total, and only showing the first three errors at most: "
                        + errors.subList(0, Math.min(3, errors.size())),
                List.copyOf(errors));
    }

    private AppendResult invalid(InvalidRecordsException cause, List<RecordError> errors) {
        return new AppendResult.InvalidRecord(cause.getMessage() + " in topic partition " + partition, errors);
    }

    private boolean hasBadTimestamp(RecordBatch batch, long timestamp) {
        if (config.timestamps().type() == TimestampType.CREATE_TIME && timestamp != RecordBatch.NO_TIMESTAMP)
            return timestamp < earliestMillis || timestamp > latestMillis;
        return batch.timestampType() == TimestampType.LOG_APPEND_TIME;
    }

    private String timestampMessage(RecordScan record) {
        if (config.timestamps().type() == TimestampType.CREATE_TIME && record.timestamp() != RecordBatch.NO_TIMESTAMP)
            return "Timestamp " + record.timestamp() + " of message with offset " + record.offset()
                    + " is out of range. The timestamp should be within [" + earliestMillis + ", " + latestMillis
                    + "]";
        return "Invalid timestamp type in message at offset " + record.offset()
                + ". Producer should not set timestamp type to LogAppendTime.";
    }
}
