package barnabas.sim;

import barnabas.base.Disk;
import barnabas.base.SimulatedDisk;
import barnabas.protocol.records.BatchCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Bits that change on the disk of a machine whose node has stopped in order: below every recovery point. A node may
/// refuse what it cannot read and must never cut it: in the end the bits are put right again, and everything that was
/// acknowledged has to be there.
///
/// ```
///   batch  0   8        12           16     17   21
///          base offset  length  leader epoch  magic  crc  attributes ... records
///          left alone   flipped left alone    flipped ---------------------------
/// ```
/// Base offset and leader epoch are outside of the CRC, in Kafka's format too: nothing can notice.
final class Damage {
    private static final int FILE_BYTES_MAX = 16 << 20;
    private static final int FLIPS_MAX = 3;
    /// Positions of id, epoch and sequence of the producer in a batch.
    private static final int PRODUCER = 43;
    private static final int PRODUCER_END = 57;

    /// @param before the bytes of the batch as they were, from `position` on
    private record Flip(SimulatedDisk disk, Path file, int position, byte[] before, byte[] after) {}

    private final Transcript transcript;
    private final SplittableRandom random;
    private final boolean cuts;
    private final List<Flip> flips = new ArrayList<>();

    /// @param cuts whether the damaged batch and what follows is cut off, which is a planted bug
    Damage(Transcript transcript, SplittableRandom random, boolean cuts) {
        this.transcript = transcript;
        this.random = random;
        this.cuts = cuts;
    }

    boolean isOn(SimulatedHost host) {
        for (Flip each : flips) if (each.disk == host.disk()) return true;
        return false;
    }

    /// Whether the producer of a batch, its epoch or sequence is wrong there.
    boolean isInProducer(SimulatedHost host, Partition partition) {
        Path directory = SimulatedHost.DIRECTORY.resolve(partition.name());
        for (Flip each : flips) {
            boolean here = each.disk == host.disk() && directory.equals(each.file.getParent());
            if (here && Arrays.mismatch(each.before, PRODUCER, PRODUCER_END, each.after, PRODUCER, PRODUCER_END) >= 0)
                return true;
        }
        return false;
    }

    boolean isThere() {
        return !flips.isEmpty();
    }

    /// @param host its node does not run and was stopped in order
    void flip(SimulatedHost host) {
        SimulatedDisk disk = host.disk();
        if (!disk.exists(SimulatedHost.MARK_OF_STOP)) return;
        List<Path> logs = logs(disk);
        for (int left = 1 + random.nextInt(FLIPS_MAX); left > 0 && !logs.isEmpty(); left--)
            flip(host, logs.get(random.nextInt(logs.size())));
    }

    /// Segments of all partitions but the metadata's.
    private static List<Path> logs(Disk disk) {
        var logs = new ArrayList<Path>();
        try {
            for (Path directory : disk.list(SimulatedHost.DIRECTORY)) {
                if (!disk.isDirectory(directory) || directory.toString().contains("__cluster_metadata")) continue;
                for (Path file : disk.list(directory)) if (file.toString().endsWith(".log")) logs.add(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return logs;
    }

    private void flip(SimulatedHost host, Path file) {
        byte[] content = host.disk().contentOf(file);
        if (content.length > FILE_BYTES_MAX) return;
        var ends = new ArrayList<Integer>(List.of(0));
        for (var batches = new BatchCursor(ByteBuffer.wrap(content)); batches.next(); )
            ends.add(ends.getLast() + batches.batch().sizeBytes());
        if (ends.size() == 1) return;
        int chosen = random.nextInt(ends.size() - 1);
        int start = ends.get(chosen);
        int size = ends.get(chosen + 1) - start;
        int place = 8 + random.nextInt(size - 8);
        if (place >= 12 && place < 16) place = 16;
        byte[] before = Arrays.copyOfRange(content, start, start + size);
        content[start + place] ^= (byte) (1 << random.nextInt(8));
        byte[] after = Arrays.copyOfRange(content, start, start + size);
        transcript.event("fault", "flip a bit of n" + host.id() + " in " + file + " at " + (start + place));
        flips.add(new Flip(host.disk(), file, start, before, after));
        host.disk().overwrite(file, cuts ? Arrays.copyOf(content, start) : content);
    }

    /// Puts the bits right that are still wrong. No node may run.
    void mend() {
        for (Flip flip : flips.reversed()) {
            if (!flip.disk.exists(flip.file)) continue;
            byte[] content = flip.disk.contentOf(flip.file);
            int end = flip.position + flip.after.length;
            if (end > content.length || !Arrays.equals(content, flip.position, end, flip.after, 0, flip.after.length))
                continue;
            System.arraycopy(flip.before, 0, content, flip.position, flip.before.length);
            flip.disk.overwrite(flip.file, content);
        }
        flips.clear();
    }
}
