package barnabas.log.partition;

import barnabas.base.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// Size and CRC-32C of a segment's index of aborted transactions. The file has no check value of its own, and a wrong
/// entry shows an aborted record as committed.
public record AbortedCheck(long bytes, int crc) {
    public static final AbortedCheck NONE = new AbortedCheck(0, 0);
    private static final int PIECE_BYTES = 64 << 10;

    /// Reads the file; a missing one is an empty one.
    static AbortedCheck of(Disk disk, Path file) throws IOException {
        if (!disk.exists(file)) return NONE;
        long size = disk.sizeBytes(file);
        if (size == 0) return NONE;
        var crc = new CRC32C();
        try (var opened = disk.openReadOnly(file)) {
            var piece = ByteBuffer.allocate((int) Math.min(size, PIECE_BYTES));
            for (long at = 0; at < size; at += piece.limit()) {
                piece.clear().limit((int) Math.min(piece.capacity(), size - at));
                if (opened.read(piece, at) < piece.limit()) throw new IOException(file + " ends before byte " + size);
                crc.update(piece.flip());
            }
        }
        return new AbortedCheck(size, (int) crc.getValue());
    }
}
