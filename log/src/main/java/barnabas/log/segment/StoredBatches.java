package barnabas.log.segment;

import barnabas.base.DiskFile;
import barnabas.log.file.DamagedSegment;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/// Walks over the batches in a file by their headers; records are read only when asked for. It checks lengths, magic
/// and that offsets ascend, so that it never runs away on damaged data; CRCs are the caller's choice. Owned by one
/// thread.
public final class StoredBatches {
    /// Enough for dozens of small batches; larger ones are stepped over.
    private static final int WINDOW_BYTES = 8 * 1024;

    private final DiskFile file;
    private final long limit;
    private final ByteBuffer window;
    private long windowStart;

    private long position;
    private long next;
    private final long offsetMin;
    private long previousLastOffset;
    private RecordBatch header;

    /// @param position where a batch starts
    /// @param limit where the valid part of the file ends
    /// @param offsetMin offsets below this one are damage
    public StoredBatches(DiskFile file, long position, long limit, long offsetMin) {
        this(file, position, limit, offsetMin, WINDOW_BYTES);
    }

    public StoredBatches(DiskFile file, long position, long limit, long offsetMin, int windowBytes) {
        this.file = file;
        this.limit = limit;
        this.window = ByteBuffer.allocate(Math.clamp(limit - position, RecordBatch.HEADER_BYTES, windowBytes))
                .limit(0);
        this.windowStart = position;
        this.position = position;
        this.next = position;
        this.offsetMin = offsetMin;
        this.previousLastOffset = offsetMin - 1;
        this.header = RecordBatch.at(window, 0);
    }

    /// Moves to the next batch. False at the end, and where something lies that is no batch: see [#atEnd].
    public boolean next() throws IOException {
        if (next > position) previousLastOffset = header.lastOffset();
        position = next;
        if (limit - position < RecordBatch.HEADER_BYTES) return false;
        int at = bring(RecordBatch.HEADER_BYTES);
        if (at < 0) return false;
        header = RecordBatch.at(window, at);
        if (header.magic() != RecordBatch.MAGIC) return false;
        long size = header.sizeBytes();
        if (size < RecordBatch.HEADER_BYTES || size > limit - position) return false;
        if (header.lastOffsetDelta() < 0 || header.baseOffset() <= previousLastOffset) return false;
        // no CRC covers the base offset; an index could not hold one further away
        if (header.baseOffset() - offsetMin > Integer.MAX_VALUE) return false;
        next = position + size;
        return true;
    }

    /// Moves to the next batch. False at the limit and nowhere else: a gap is what ends there.
    ///
    /// @param segment whose file this is, with whole batches up to the limit
    /// @throws DamagedSegment where something lies that is no batch
    public boolean nextIn(Segment segment) throws IOException {
        if (next()) return true;
        // a truncation beside this walk takes away what is sought here
        if (atEnd() || limit > segment.sizeBytes()) return false;
        throw new DamagedSegment(segment.log().path(), position, previousLastOffset + 1);
    }

    /// Start of the first batch between the positions `from` and `end` that reaches to `offset`; empty when all are
    /// below. A gap is believed only behind a sound batch: a wrong bit in a length or in a last offset makes
    /// one too, and a reader would go on behind records that are there.
    ///
    /// @throws DamagedSegment where something lies that is no batch, or a gap follows a damaged one
    static OptionalInt reaching(Segment segment, DiskFile file, long from, long offset, long end) throws IOException {
        var batches = new StoredBatches(file, from, end, segment.baseOffset());
        long before = -1;
        while (batches.nextIn(segment)) {
            var header = batches.header();
            if (header.lastOffset() < offset) {
                before = batches.position();
                continue;
            }
            if (header.baseOffset() > offset) requireSound(segment, file, before, end);
            return OptionalInt.of((int) batches.position());
        }
        requireSound(segment, file, before, end);
        return OptionalInt.empty();
    }

    /// A gap between batches, or the end of a segment, is believed only behind a sound batch.
    ///
    /// @param position of the batch in front, negative for none
    /// @throws DamagedSegment if its CRC is wrong
    static void requireSound(Segment segment, DiskFile file, long position, long end) throws IOException {
        if (position < 0) return;
        var batches = new StoredBatches(file, position, end, segment.baseOffset());
        boolean sound = batches.next() && batches.crcMatches();
        // a truncation beside this walk may have taken it away
        if (!sound && end <= segment.sizeBytes())
            throw new DamagedSegment(
                    segment.log().path(), position, batches.header().baseOffset());
    }

    /// The offset after the last batch of a segment before `position`; empty when no sound batch ends there.
    public static OptionalLong endBefore(Segment segment, long position) throws IOException {
        if (position == 0) return OptionalLong.of(segment.baseOffset());
        var file = segment.log().acquire();
        try {
            long from = 0;
            int entry = segment.offsets().firstAtOrAfterPosition(position) - 1;
            if (entry >= 0 && segment.pointsAtItsBatch(file, segment.offsets().at(entry), position))
                from = segment.offsets().at(entry).position();
            long end = segment.baseOffset();
            var batches = new StoredBatches(file, from, position, segment.baseOffset());
            while (batches.next()) {
                var header = batches.header();
                boolean last = batches.position() + header.sizeBytes() == position;
                // compaction leaves such a batch; so does a flipped bit, which would move the end of the log
                boolean odd = header.lastOffsetDelta() + 1 != header.recordCount();
                if (last && odd && !batches.crcMatches()) return OptionalLong.empty();
                end = batches.header().nextOffset();
            }
            return batches.atEnd() ? OptionalLong.of(end) : OptionalLong.empty();
        } finally {
            segment.log().release();
        }
    }

    /// True when the walk has come to the limit exactly.
    public boolean atEnd() {
        return position == limit;
    }

    /// Start of the present batch, or after the last [#next] of the bytes that are no batch.
    public long position() {
        return position;
    }

    /// The present batch's header; its records are not behind it.
    public RecordBatch header() {
        return header;
    }

    /// True when the bytes of the present batch have the CRC that its header claims. Needs no memory beyond the window:
    /// the size may be what is damaged. Views from [#header] before are invalid after it.
    public boolean crcMatches() throws IOException {
        int size = header.sizeBytes();
        if (size <= window.capacity()) return whole().crcMatches();
        int claimed = header.crc();
        var crc = new CRC32C();
        for (int done = RecordBatch.CRC_COVERS_FROM; done < size; ) {
            window.clear().limit(Math.min(window.capacity(), size - done));
            int read = file.read(window, position + done);
            if (read < window.limit()) throw new IOException("file ends inside the batch at " + position);
            crc.update(window.flip());
            done += read;
        }
        // the header's window was overwritten
        window.limit(0);
        header = RecordBatch.at(window, bring(RecordBatch.HEADER_BYTES));
        return (int) crc.getValue() == claimed;
    }

    /// The present batch with its records, as a view that the next call makes invalid when it fits the window, and a
    /// copy otherwise. To be called after [#crcMatches]: a damaged size is not worth so much memory.
    public RecordBatch whole() throws IOException {
        int size = header.sizeBytes();
        if (size <= window.capacity()) {
            int at = bring(size);
            if (at < 0) throw new IOException("file ends inside the batch at " + position);
            header = RecordBatch.at(window, at);
            return header;
        }
        var copy = ByteBuffer.allocate(size);
        if (file.read(copy, position) < size) throw new IOException("file ends inside the batch at " + position);
        return RecordBatch.at(copy.clear(), 0);
    }

    /// Makes `count` bytes from the present position on visible; returns where in the window they start, -1 if the
    /// file is shorter.
    private int bring(int count) throws IOException {
        long at = position - windowStart;
        if (at >= 0 && at + count <= window.limit()) return (int) at;
        window.clear();
        if (limit - position < window.capacity()) window.limit((int) (limit - position));
        int read = file.read(window, position);
        window.position(0).limit(read);
        windowStart = position;
        return read < count ? -1 : 0;
    }
}
