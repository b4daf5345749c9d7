package barnabas.metadata.log;

import barnabas.base.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Copies of what was cut off the metadata log, beside it: `<base offset>.log.cut-<byte>`. Neither Kafka nor a start
/// reads them.
final class CutBytes {
    private static final String INFIX = ".log.cut-";
    private static final int PIECE_BYTES = 1 << 20;
    /// Older copies are deleted.
    private static final int COPIES_MAX = 8;

    private CutBytes() {}

    /// Copies the end of a segment and forces the copy.
    ///
    /// @return the copy
    static Path keep(Disk disk, Path segment, long from) throws IOException {
        var directory = segment.toAbsolutePath().getParent();
        if (directory == null) throw new IOException("no directory for " + segment);
        var name = segment.getFileName() + ".cut-" + from;
        var copy = directory.resolve(name);
        for (int n = 2; disk.exists(copy); n++) copy = directory.resolve(name + "-" + n);
        try (var source = disk.openReadOnly(segment);
                var target = disk.open(copy)) {
            long size = source.sizeBytes();
            var piece = ByteBuffer.allocate(Math.clamp(size - from, 1, PIECE_BYTES));
            for (long at = from; at < size; at += piece.limit()) {
                piece.clear().limit((int) Math.min(piece.capacity(), size - at));
                source.read(piece, at);
                target.write(piece.flip(), at - from);
            }
            target.force();
        }
        disk.forceDirectory(directory);
        return copy;
    }

    /// Makes room for one more copy.
    static void deleteOldest(Disk disk, Path directory) throws IOException {
        List<Path> copies = new ArrayList<>();
        for (var each : disk.list(directory)) if (each.getFileName().toString().contains(INFIX)) copies.add(each);
        while (copies.size() >= COPIES_MAX) {
            var oldest = copies.getFirst();
            for (var each : copies) if (disk.lastModifiedMillis(each) < disk.lastModifiedMillis(oldest)) oldest = each;
            disk.delete(oldest);
            copies.remove(oldest);
        }
    }
}
