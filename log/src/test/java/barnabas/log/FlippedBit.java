package barnabas.log;

import barnabas.base.SimulatedDisk;
import barnabas.log.file.LogFiles;
import barnabas.protocol.records.BatchCursor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// A bit of a batch that has changed on the disk, where the batch's CRC notices it, while nothing uses the disk.
final class FlippedBit {
    /// First byte of a batch that its CRC covers.
    private static final int COVERED = 21;

    private final SimulatedDisk disk;
    private final List<Path> files;
    private boolean mended;
    private int start;
    private byte[] before = {};
    private byte[] after = {};

    /// @param directory of a partition; without a batch in it nothing changes
    FlippedBit(SimulatedDisk disk, Path directory, SplittableRandom random) {
        this.disk = disk;
        var segments = new ArrayList<Path>();
        for (Path each : disk.list(directory))
            if (each.toString().endsWith(LogFiles.LOG) && new BatchCursor(content(disk, each)).next())
                segments.add(each);
        files = segments.isEmpty() ? List.of() : List.of(segments.get(random.nextInt(segments.size())));
        for (Path file : files) flip(file, random);
    }

    private static ByteBuffer content(SimulatedDisk disk, Path file) {
        return ByteBuffer.wrap(disk.contentOf(file));
    }

    private void flip(Path file, SplittableRandom random) {
        byte[] content = disk.contentOf(file);
        var starts = new ArrayList<Integer>();
        int end = 0;
        for (var batches = new BatchCursor(ByteBuffer.wrap(content)); batches.next(); ) {
            starts.add(end);
            end += batches.batch().sizeBytes();
        }
        int chosen = random.nextInt(starts.size());
        start = starts.get(chosen);
        int size = (chosen + 1 < starts.size() ? starts.get(chosen + 1) : end) - start;
        before = Arrays.copyOfRange(content, start, start + size);
        content[start + COVERED + random.nextInt(size - COVERED)] ^= (byte) (1 << random.nextInt(8));
        after = Arrays.copyOfRange(content, start, start + size);
        disk.overwrite(file, content);
    }

    /// False when nothing could be damaged, and after [#mend].
    boolean isThere() {
        return !files.isEmpty() && !mended;
    }

    /// Puts the bit right if it is still wrong.
    void mend() {
        mended = true;
        for (Path file : files) {
            if (!disk.exists(file)) continue;
            byte[] content = disk.contentOf(file);
            int end = start + after.length;
            if (end > content.length || !Arrays.equals(content, start, end, after, 0, after.length)) continue;
            System.arraycopy(before, 0, content, start, before.length);
            disk.overwrite(file, content);
        }
    }
}
