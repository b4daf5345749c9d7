package barnabas.log.recovery;

import barnabas.base.DiskError;
import barnabas.log.file.DirectoryHealth;
import barnabas.log.file.LogFiles;
import barnabas.log.segment.LogPlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Bytes that the start after a crash, or a repair, has cut off a partition's log: `<base offset>.log.cut`, beside it.
/// Of a segment that was cut, a copy of at most [#BYTES_MAX]; segments behind the place are renamed, of any size.
/// They stay until the partition is cut again or deleted. Neither Kafka nor a start reads them.
final class CutBytes {
    static final String SUFFIX = ".cut";
    static final int BYTES_MAX = 16 << 20;
    private static final int PIECE_BYTES = 1 << 20;

    private CutBytes() {}

    /// Renames a whole segment's file, which needs no space. Directory entries are forced by the caller.
    static void setAside(LogPlace place, String segment) throws IOException {
        place.disk().rename(place.file(segment), place.file(segment + SUFFIX));
    }

    /// Copies the end of a segment's file. A cut must also be possible on a full disk: what does not fit is left out.
    static void keep(LogPlace place, Path segment, long from) throws IOException {
        var disk = place.disk();
        for (var each : disk.list(place.directory()))
            if (each.toString().endsWith(LogFiles.LOG + SUFFIX)) disk.delete(each);
        var copy = segment.resolveSibling(segment.getFileName() + SUFFIX);
        try (var source = disk.openReadOnly(segment);
                var target = disk.open(copy)) {
            long size = Math.min(source.sizeBytes(), from + BYTES_MAX);
            var piece = ByteBuffer.allocate(Math.clamp(size - from, 1, PIECE_BYTES));
            for (long at = from; at < size; at += piece.limit()) {
                piece.clear().limit((int) Math.min(piece.capacity(), size - at));
                source.read(piece, at);
                target.write(piece.flip(), at - from);
            }
            DirectoryHealth.force(target);
        } catch (IOException failed) {
            if (!DiskError.of(failed).isFull()) throw failed;
        }
        disk.forceDirectory(place.directory());
    }
}
