package barnabas.sim;

import barnabas.base.Disk;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.RecordBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Bytes of a partition's batches on the disks of a source and of its mirror.
final class MirrorCopies {
    private static final int FILE_BYTES_MAX = 16 << 20;
    /// Of a cluster that no mirror has filled before: see `EpochRanges`.
    private static final int OWN_EPOCH_MIN = 65_536;

    private MirrorCopies() {}

    /// The first difference, null without one.
    ///
    /// @param promoted the target has a part of the source's log, and behind it batches of its own leader epochs
    static @Nullable String difference(
            SimulatedHost source, SimulatedHost target, Partition partition, boolean promoted) {
        try {
            byte[] wanted =
                    batches(source.disk(), SimulatedHost.DIRECTORY.resolve(partition.name()), Integer.MAX_VALUE);
            byte[] found = batches(
                    target.disk(),
                    SimulatedHost.DIRECTORY.resolve(partition.name()),
                    promoted ? OWN_EPOCH_MIN : Integer.MAX_VALUE);
            int at = Arrays.mismatch(wanted, found);
            return at < 0 || promoted && at == found.length
                    ? null
                    : "byte " + at + " of " + wanted.length + " at the source and " + found.length + " at the target";
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// Whole batches, in order, up to the first one of a leader epoch from this one on; behind it there is none of an
    /// earlier epoch.
    private static byte[] batches(Disk disk, Path directory, int epochMax) throws IOException {
        var all = new ByteArrayOutputStream();
        boolean own = false;
        for (Path file : disk.list(directory).stream().sorted().toList()) {
            if (!file.getFileName().toString().endsWith(".log")) continue;
            ByteBuffer bytes = disk.readWhole(file, FILE_BYTES_MAX).orElseThrow(() -> new IOException("" + file));
            int start = bytes.position();
            for (var cursor = new BatchCursor(bytes); cursor.next(); ) {
                RecordBatch batch = cursor.batch();
                if (own && batch.leaderEpoch() < epochMax)
                    throw new IOException("a copied batch behind own ones, at offset " + batch.baseOffset());
                own |= batch.leaderEpoch() >= epochMax;
                byte[] whole = new byte[batch.sizeBytes()];
                bytes.get(start + cursor.position(), whole);
                if (!own) all.writeBytes(whole);
            }
        }
        return all.toByteArray();
    }
}
