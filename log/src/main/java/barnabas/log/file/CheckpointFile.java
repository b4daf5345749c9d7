package barnabas.log.file;

import barnabas.base.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Small text files that are replaced as a whole and atomically: written beside, forced, renamed, and the directory
/// forced.
///
/// ```
/// 0          version
/// 2          count of the lines that follow
/// ...        one entry per line, fields separated by a space
/// ```
public final class CheckpointFile {
    private static final int BYTES_MAX = 64 << 20;

    private CheckpointFile() {}

    public static void write(Disk disk, Path path, List<String> entries) throws IOException {
        var text = new StringBuilder("0\n").append(entries.size()).append('\n');
        for (var entry : entries) text.append(entry).append('\n');
        replace(disk, path, text.toString());
    }

    /// Empty when the file is missing or is not what was written.
    public static Optional<List<String[]>> read(Disk disk, Path path) throws IOException {
        var text = text(disk, path);
        if (text.isEmpty()) return Optional.empty();
        var lines = text.get().split("\n", -1);
        if (lines.length < 2 || !lines[0].equals("0")) return Optional.empty();
        int count = numberIn(lines[1]);
        // the last line ends with a line break too
        if (count < 0 || lines.length != count + 3 || !lines[count + 2].isEmpty()) return Optional.empty();
        var entries = new ArrayList<String[]>(count);
        for (int i = 0; i < count; i++) entries.add(lines[i + 2].split(" ", -1));
        return Optional.of(entries);
    }

    private static int numberIn(String line) {
        try {
            return Integer.parseInt(line);
        } catch (NumberFormatException damaged) {
            return -1;
        }
    }

    public static void replace(Disk disk, Path path, String text) throws IOException {
        replace(disk, path, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    public static void replace(Disk disk, Path path, ByteBuffer... pieces) throws IOException {
        var directory = path.getParent();
        if (directory == null) throw new IOException("no directory for " + path);
        var beside = path.resolveSibling(path.getFileName() + ".tmp");
        try (var file = disk.open(beside)) {
            file.truncate(0);
            long at = 0;
            for (var piece : pieces) {
                int bytes = piece.remaining();
                file.write(piece, at);
                at += bytes;
            }
            file.force();
        }
        disk.rename(beside, path);
        disk.forceDirectory(directory);
    }

    public static Optional<String> text(Disk disk, Path path) throws IOException {
        if (!disk.exists(path)) return Optional.empty();
        try (var file = disk.openReadOnly(path)) {
            long size = file.sizeBytes();
            if (size > BYTES_MAX) throw new IOException(path + " is larger than any checkpoint: " + size + " bytes");
            var bytes = ByteBuffer.allocate((int) size);
            file.read(bytes, 0);
            return Optional.of(StandardCharsets.UTF_8.decode(bytes.flip()).toString());
        }
    }
}
