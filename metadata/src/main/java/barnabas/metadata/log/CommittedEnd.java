package barnabas.metadata.log;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// The end of the metadata log as last committed: nothing below it may be missing at a start. Written before each
/// acknowledgement and forced once a second and at an orderly stop, so it may be behind after a power cut and is never
/// ahead. Kafka ignores the file; what Kafka appends lies above the end. Owned by the log's thread.
///
/// ```
/// two slots, at 0 and 512, written in turn; the valid one with the larger offset counts
///
/// slot  0  4  "BMCE"
///       4  4  CRC-32C of the offset
///       8  8  offset after the last committed record
/// ```
final class CommittedEnd implements Closeable {
    static final String FILE_NAME = "barnabas-committed-end";
    private static final int MAGIC = 0x424D4345;
    private static final int SLOT_BYTES = 16;
    private static final int SLOT_DISTANCE = 512;

    private final DiskFile file;
    private long offset;
    private int nextSlot;

    private CommittedEnd(DiskFile file) throws IOException {
        this.file = file;
        for (int slot = 0; slot < 2; slot++) {
            long found = inSlot(file, slot);
            if (found <= offset) continue;
            offset = found;
            nextSlot = 1 - slot;
        }
    }

    /// Creates the file when it is missing.
    static CommittedEnd open(Disk disk, Path directory) throws IOException {
        var path = directory.resolve(FILE_NAME);
        boolean isNew = !disk.exists(path);
        var file = disk.open(path);
        // its space is taken now, so that a full disk does not matter later
        if (file.sizeBytes() < 2 * SLOT_DISTANCE) file.write(ByteBuffer.allocate(SLOT_DISTANCE), SLOT_DISTANCE);
        if (isNew) {
            file.force();
            disk.forceDirectory(directory);
        }
        return new CommittedEnd(file);
    }

    /// The end; 0 when there is no file or nothing valid in it.
    static long read(Disk disk, Path directory) throws IOException {
        var path = directory.resolve(FILE_NAME);
        if (!disk.exists(path)) return 0;
        try (var file = disk.openReadOnly(path)) {
            return Math.max(inSlot(file, 0), inSlot(file, 1));
        }
    }

    /// Forgets the end: an operator has accepted that the log is shorter.
    static void forget(Disk disk, Path directory) throws IOException {
        disk.delete(directory.resolve(FILE_NAME));
        disk.forceDirectory(directory);
    }

    private static long inSlot(DiskFile file, int slot) throws IOException {
        var bytes = ByteBuffer.allocate(SLOT_BYTES);
        file.read(bytes, (long) slot * SLOT_DISTANCE);
        if (bytes.position() < SLOT_BYTES || bytes.getInt(0) != MAGIC || bytes.getInt(4) != crc(bytes)) return 0;
        return bytes.getLong(8);
    }

    private static int crc(ByteBuffer slot) {
        var crc = new CRC32C();
        crc.update(slot.slice(8, Long.BYTES));
        return (int) crc.getValue();
    }

    long offset() {
        return offset;
    }

    void write(long endOffset) throws IOException {
        if (endOffset <= offset) return;
        var slot = ByteBuffer.allocate(SLOT_BYTES).putInt(0, MAGIC).putLong(8, endOffset);
        file.write(slot.putInt(4, crc(slot)), (long) nextSlot * SLOT_DISTANCE);
        offset = endOffset;
        nextSlot = 1 - nextSlot;
    }

    void force() throws IOException {
        file.force();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
