package barnabas.sim;

import barnabas.base.Disk;
import barnabas.protocol.records.BatchCursor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Bytes of a partition's batches on the disks of a source and of its mirror.
final class MirrorCopies {
    private static final int FILE_BYTES_MAX = 16 << 20;

    private MirrorCopies() {}

    /// The first difference, null without one.
    static @Nullable String difference(SimulatedHost source, SimulatedHost target, Partition partition) {
        try {
            byte[] wanted = batches(source.disk(), SimulatedHost.DIRECTORY.resolve(partition.name()));
            byte[] found = batches(target.disk(), SimulatedHost.DIRECTORY.resolve(partition.name()));
            int at = Arrays.mismatch(wanted, found);
            return at < 0
                    ? null
                    : "byte " + at + " of " + wanted.length + " at the source and " + found.length + " at the target";
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// Whole batches, in order.
    private static byte[] batches(Disk disk, Path directory) throws IOException {
        var all = new ByteArrayOutputStream();
        for (Path file : disk.list(directory).stream().sorted().toList()) {
            if (!file.getFileName().toString().endsWith(".log")) continue;
            ByteBuffer bytes = disk.readWhole(file, FILE_BYTES_MAX).orElseThrow(() -> new IOException("" + file));
            int end = 0;
            for (var cursor = new BatchCursor(bytes); cursor.next(); )
                end = cursor.position() + cursor.batch().sizeBytes();
            byte[] whole = new byte[end];
            bytes.get(bytes.position(), whole);
            all.writeBytes(whole);
        }
        return all.toByteArray();
    }
}
