package barnabas.log.recovery;

import barnabas.base.DiskFile;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Separates bytes that a power cut kept from being written from bytes that were written and are damaged now: a
/// file system shows the former as zeros, in whole sectors or up to the end of one, or as a file that ends too
/// early.
final class UnwrittenBytes {
    private static final int SECTOR_BYTES = 512;

    private UnwrittenBytes() {}

    /// Whether the batch that should be at `position` was not, or not completely, written.
    ///
    /// @param limit where the file ends
    static boolean at(DiskFile file, long position, long limit) throws IOException {
        long boundary = (position / SECTOR_BYTES + 1) * SECTOR_BYTES;
        if (limit - position < RecordBatch.HEADER_BYTES || isZero(file, position, Math.min(boundary, limit)))
            return true;
        var bytes = ByteBuffer.allocate(RecordBatch.HEADER_BYTES);
        if (file.read(bytes, position) < RecordBatch.HEADER_BYTES) return true;
        var header = RecordBatch.at(bytes.clear(), 0);
        if (header.magic() != RecordBatch.MAGIC || header.sizeBytes() < RecordBatch.HEADER_BYTES) return false;
        long end = position + header.sizeBytes();
        for (long at = boundary; at + SECTOR_BYTES <= Math.min(end, limit); at += SECTOR_BYTES)
            if (isZero(file, at, at + SECTOR_BYTES)) return true;
        return end > limit;
    }

    private static boolean isZero(DiskFile file, long from, long to) throws IOException {
        var bytes = ByteBuffer.allocate((int) (to - from));
        int read = file.read(bytes, from);
        for (int i = 0; i < read; i++) if (bytes.get(i) != 0) return false;
        return true;
    }
}
