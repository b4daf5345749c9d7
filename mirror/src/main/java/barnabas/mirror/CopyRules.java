package barnabas.mirror;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.message.FetchResponse.PartitionData;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Decisions about the copy of one partition. The source is not trusted: batches that a log of this cluster could not
/// have are refused before anything is appended. Checksums are the log's own check.
///
/// The high watermark of an answer is no limit of its batches: Apache Kafka reads the watermark before the log, so that
/// batches which were committed in between lie beyond it, and after a change of leader it is lower for a while.
final class CopyRules {
    /// Producer ids beyond this are refused: this cluster must be able to give out later ones.
    static final long PRODUCER_ID_MAX = 1L << 61;

    private CopyRules() {}

    /// The copy as it is.
    ///
    /// @param start first offset
    /// @param end offset to fetch from
    /// @param lastEpoch leader epoch of the last record, -1 without one
    /// @param leaderEpoch of this cluster, above those of all records
    /// @param mayTruncate the source decides about records that it does not have
    record Local(long start, long end, int lastEpoch, int leaderEpoch, boolean mayTruncate) {
        boolean isEmpty() {
            return start == end;
        }
    }

    static CopyStep decide(Local local, PartitionData data) {
        ErrorCode error = ErrorCode.of(data.errorCode());
        return switch (error) {
            case NONE -> data.divergingEpoch().epoch() >= 0 ? diverging(local, data) : batches(local, data);
            case OFFSET_OUT_OF_RANGE -> new CopyStep.AskOffsets();
            case NOT_LEADER_OR_FOLLOWER,
                    FENCED_LEADER_EPOCH,
                    UNKNOWN_LEADER_EPOCH,
                    UNKNOWN_TOPIC_OR_PARTITION,
                    UNKNOWN_TOPIC_ID,
                    INCONSISTENT_TOPIC_ID,
                    REPLICA_NOT_AVAILABLE,
                    LEADER_NOT_AVAILABLE -> new CopyStep.FindLeader("the source answers " + error);
            default -> new CopyStep.Wait("the source answers " + error);
        };
    }

    /// Decides as the source's leader cannot when the copy ends with records of a later epoch than it has ever seen: it
    /// names no place where the two part, or answers that it does not have the offset.
    ///
    /// @param sourceEpoch of the source's leader, -1 when it is not known
    static CopyStep decide(Local local, PartitionData data, int sourceEpoch) {
        boolean answered =
                data.errorCode() == ErrorCode.NONE.code() || data.errorCode() == ErrorCode.OFFSET_OUT_OF_RANGE.code();
        return answered && local.mayTruncate && sourceEpoch >= 0 && local.lastEpoch > sourceEpoch
                ? new CopyStep.Part(sourceEpoch, Long.MAX_VALUE)
                : decide(local, data);
    }

    private static CopyStep diverging(Local local, PartitionData data) {
        int epoch = data.divergingEpoch().epoch();
        long end = data.divergingEpoch().endOffset();
        if (end < 0 || epoch > local.lastEpoch)
            return new CopyStep.Stop("the source parts at offset " + end + " of epoch " + epoch
                    + ", which this copy (end " + local.end + ", epoch " + local.lastEpoch + ") does not have");
        if (local.mayTruncate) return new CopyStep.Part(epoch, end);
        return new CopyStep.Stop("the source has other records from offset " + end + " of epoch " + epoch
                + " on: it lost or replaced what was copied up to offset " + local.end);
    }

    /// @param sourceStart first offset of the source
    /// @param sourceEnd end of what it has committed
    static CopyStep outOfRange(Local local, long sourceStart, long sourceEnd) {
        if (sourceStart < 0 || sourceEnd < sourceStart)
            return new CopyStep.Wait("the source has offsets " + sourceStart + " to " + sourceEnd);
        if (local.end < sourceStart) {
            if (local.isEmpty()) return new CopyStep.StartAt(sourceStart);
            return new CopyStep.Stop("retention of the source removed offsets " + local.end + " to " + (sourceStart - 1)
                    + " before they were copied");
        }
        if (local.end > sourceEnd) {
            if (local.mayTruncate) return new CopyStep.TruncateTo(Math.max(sourceEnd, local.start));
            return new CopyStep.Stop("the source ends at offset " + sourceEnd + ", before this copy's end " + local.end
                    + ": it was truncated");
        }
        return new CopyStep.Wait("the source had no records at offset " + local.end);
    }

    private static CopyStep batches(Local local, PartitionData data) {
        if (!(data.records() instanceof RecordData.InMemory(ByteBuffer bytes)) || !bytes.hasRemaining())
            return new CopyStep.Nothing();
        long expected = local.end;
        int epoch = local.lastEpoch;
        long producerIdMax = -1;
        long startAt = -1;
        int from = bytes.position();
        int to = bytes.limit();
        var cursor = new BatchCursor(bytes);
        while (cursor.next()) {
            RecordBatch batch = cursor.batch();
            if (batch.lastOffsetDelta() < 0 || batch.nextOffset() <= batch.baseOffset() || batch.baseOffset() < 0)
                return stop(batch, "has the last offset delta " + batch.lastOffsetDelta());
            if (batch.baseOffset() < expected) {
                if (cursor.position() > from || expected != local.end)
                    return stop(batch, "comes where offset " + expected + " is next");
                if (batch.nextOffset() <= expected) {
                    // copied before: a source may begin its answer earlier than it has to
                    from += batch.sizeBytes();
                    continue;
                }
                if (!local.isEmpty()) return stop(batch, "comes where offset " + expected + " is next");
                // the source's log starts inside of this batch
                startAt = batch.baseOffset();
            }
            if (cursor.position() > from && batch.lastOffset() - local.end > Integer.MAX_VALUE) {
                // one append goes to one segment, which counts offsets from its first: the rest comes with another
                // answer
                to = cursor.position();
                break;
            }
            if (batch.leaderEpoch() < epoch || batch.leaderEpoch() < 0)
                return stop(batch, "is of leader epoch " + batch.leaderEpoch() + " and follows one of epoch " + epoch);
            String problem = problemOf(batch);
            if (problem != null) return stop(batch, problem);
            epoch = batch.leaderEpoch();
            producerIdMax = Math.max(producerIdMax, batch.producerId());
            expected = batch.nextOffset();
        }
        if (from == to) return new CopyStep.Wait("the source sends nothing behind offset " + local.end);
        // no whole batch, an impossible length, an old format: the log says which
        if (epoch >= local.leaderEpoch) return new CopyStep.RaiseEpoch(epoch);
        return new CopyStep.Append(bytes.slice(from, to - from), startAt, producerIdMax);
    }

    private static @Nullable String problemOf(RecordBatch batch) {
        if (batch.recordCount() < 0 || batch.recordCount() > batch.lastOffsetDelta() + 1L)
            return "counts " + batch.recordCount() + " records in " + (batch.lastOffsetDelta() + 1L) + " offsets";
        if (batch.producerId() > PRODUCER_ID_MAX) return "has the producer id " + batch.producerId();
        if (batch.isTransactional() && !batch.hasProducerId()) return "is transactional and has no producer id";
        if (!batch.isControl()) return null;
        try {
            var _ = ControlRecord.in(batch);
            return null;
        } catch (InvalidRecordsException e) {
            return "is an unreadable control batch: " + e.getMessage();
        }
    }

    private static CopyStep stop(RecordBatch batch, String problem) {
        return new CopyStep.Stop("the batch at offset " + batch.baseOffset() + " of the source " + problem);
    }
}
