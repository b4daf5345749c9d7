package barnabas.log.segment;

import barnabas.log.TimestampedOffset;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
import java.io.IOException;
import java.util.Optional;

/// Finds records by time: the time index leads to a batch, and only that batch is looked into.
///
/// @param decompressedBytesMax a batch that is larger inside is answered by its first offset
public record TimeLookup(Segments segments, long logStartOffset, long decompressedBytesMax) {
    /// The first record at or after the time, in the order of the offsets, below the bound.
    public Optional<TimestampedOffset> firstAtOrAfter(long timestamp, long upperBoundOffset) throws IOException {
        for (var segment : segments.list()) {
            if (segment.baseOffset() >= upperBoundOffset) break;
            if (segment.maxTimestamp() < timestamp) continue;
            var found = firstIn(segment, timestamp);
            if (found.isPresent()) return found.filter(f -> f.offset() < upperBoundOffset);
        }
        return Optional.empty();
    }

    private Optional<TimestampedOffset> firstIn(Segment segment, long timestamp) throws IOException {
        var file = segment.log().acquire();
        try {
            long size = segment.sizeBytes();
            long from = 0;
            // the entry before the wanted time: no batch up to the one it names reaches the time
            var entry = segment.times().floorEntry(timestamp - 1);
            if (entry.isPresent()) {
                var at = segment.positionOf(file, entry.get());
                // a damaged time index must not hide records
                if (at.isPresent()) from = at.getAsInt();
            }
            var batches = new StoredBatches(file, from, size, segment.baseOffset());
            long before = -1;
            long expected = segment.baseOffset();
            while (batches.nextIn(segment)) {
                // in front of the first batch of the walk there is nothing to doubt
                if (before >= 0 && batches.header().baseOffset() > expected)
                    StoredBatches.requireSound(segment, file, before, size);
                before = batches.position();
                expected = batches.header().nextOffset();
                if (batches.header().maxTimestamp() < timestamp) continue;
                var found = firstIn(batches, timestamp);
                if (found.isPresent()) return found;
                var batch = batches.header();
                // a header that promises the time of no record would have every search read on and unpack more
                if (batch.recordCount() > 0 && batch.baseOffset() >= logStartOffset) return Optional.of(firstOf(batch));
            }
            StoredBatches.requireSound(segment, file, before, size);
            return Optional.empty();
        } finally {
            segment.log().release();
        }
    }

    private Optional<TimestampedOffset> firstIn(StoredBatches batches, long timestamp) throws IOException {
        // consumers will find the damage at this offset
        if (!batches.crcMatches()) return Optional.of(firstOf(batches.header()));
        RecordBatch batch = batches.whole();
        try (var records = RecordCursor.over(batch, decompressedBytesMax)) {
            while (records.next()) {
                if (records.timestamp() >= timestamp && records.offset() >= logStartOffset)
                    return Optional.of(
                            new TimestampedOffset(records.offset(), records.timestamp(), batch.leaderEpoch()));
            }
            return Optional.empty();
        } catch (InvalidRecordsException unreadable) {
            // consumers will find the damage at this offset
            return Optional.of(firstOf(batch));
        }
    }

    private static TimestampedOffset firstOf(RecordBatch batch) {
        return new TimestampedOffset(batch.baseOffset(), batch.maxTimestamp(), batch.leaderEpoch());
    }

    /// The first record with the largest timestamp of all.
    public Optional<TimestampedOffset> largest() throws IOException {
        Segment best = segments.first();
        for (var segment : segments.list()) if (segment.maxTimestamp() > best.maxTimestamp()) best = segment;
        if (best.maxTimestamp() < 0) return Optional.empty();
        var file = best.log().acquire();
        try {
            long size = best.sizeBytes();
            var at = best.positionOf(file, best.maxTimestampOffset(), size);
            if (at.isEmpty()) return Optional.empty();
            var batches = new StoredBatches(file, at.getAsInt(), size, best.baseOffset());
            if (!batches.nextIn(best)) return Optional.empty();
            return firstIn(batches, best.maxTimestamp());
        } finally {
            best.log().release();
        }
    }
}
