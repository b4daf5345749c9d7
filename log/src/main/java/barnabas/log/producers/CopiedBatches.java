package barnabas.log.producers;

import barnabas.base.DiskFile;
import barnabas.log.segment.Segment;
import barnabas.log.segment.Segments;
import barnabas.log.segment.StoredBatches;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.util.OptionalInt;

/// Batches that a mirror has copied, beside those that producers of this cluster send. Both clusters gave out producer
/// ids from 0 on, so that a producer here may have the id, the epoch and the sequences of a copied batch: only the
/// records show whether it is the same.
public final class CopiedBatches {
    /// A copied batch beside one that was sent.
    public record Comparison(ProducerEntry.Batch known, boolean same) {}

    private final Segments segments;

    public CopiedBatches(Segments segments) {
        this.segments = segments;
    }

    /// Whether the copied batch has the records of the one that was sent, byte for byte, with their times.
    /// The other fields of the header do not count, as brokers write them.
    /// The copied batch is read only when it has the size of the one that was sent.
    public boolean holds(ProducerEntry.Batch known, RecordBatch sent) throws IOException {
        int index = segments.indexOf(known.firstOffset());
        if (index < 0) return false;
        Segment segment = segments.at(index);
        long end = segment.sizeBytes();
        DiskFile file = segment.log().acquire();
        try {
            OptionalInt position = segment.positionOf(file, known.firstOffset(), end);
            if (position.isEmpty()) return false;
            var batches = new StoredBatches(file, position.getAsInt(), end, segment.baseOffset());
            if (!batches.nextIn(segment)) return false;
            RecordBatch header = batches.header();
            return header.baseOffset() == known.firstOffset()
                    && header.lastOffset() == known.lastOffset()
                    && header.sizeBytes() == sent.sizeBytes()
                    && isSame(batches.whole(), sent);
        } finally {
            segment.log().release();
        }
    }

    private static boolean isSame(RecordBatch copied, RecordBatch sent) {
        return copied.recordCount() == sent.recordCount()
                && copied.baseTimestamp() == sent.baseTimestamp()
                && copied.isTransactional() == sent.isTransactional()
                && copied.codec().equals(sent.codec())
                && copied.recordBytes().equals(sent.recordBytes());
    }
}
