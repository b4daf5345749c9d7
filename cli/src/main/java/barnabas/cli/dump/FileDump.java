package barnabas.cli.dump;

import barnabas.base.Disk;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// Prints files by what their names say they are.
public final class FileDump {
    /// Selection of what is printed of segments.
    ///
    /// @param records the records too, not only the batches
    /// @param fromOffset batches that end before are left out
    /// @param recordsMax printed per file
    public record Options(boolean records, long fromOffset, long recordsMax) {}

    private static final List<String> TEXT_FILES = List.of(
            "meta.properties",
            "partition.metadata",
            "leader-epoch-checkpoint",
            "recovery-point-offset-checkpoint",
            "log-start-offset-checkpoint",
            "replication-offset-checkpoint",
            "cleaner-offset-checkpoint",
            "bootstrap.checkpoint",
            "quorum-state");
    private static final int OFFSET_DIGITS = 20;

    private final Disk disk;
    private final PrintWriter out;
    private final Options options;
    private int files;
    private boolean damaged;

    public FileDump(Disk disk, PrintWriter out, Options options) {
        this.disk = disk;
        this.out = out;
        this.options = options;
    }

    /// Files that were printed.
    public int files() {
        return files;
    }

    /// Whether something was found that should not be there: a wrong checksum, bytes that are nothing.
    public boolean damaged() {
        return damaged;
    }

    /// A file, or everything in a directory and in the partition directories under it.
    public void print(Path path) throws IOException {
        if (!disk.isDirectory(path)) {
            printFile(path);
            return;
        }
        for (var each : disk.list(path)) {
            if (disk.isDirectory(each) || isKnown(each)) print(each);
        }
    }

    private static boolean isKnown(Path file) {
        String name = nameOf(file);
        return TEXT_FILES.contains(name) || offsetIn(name).isPresent();
    }

    private void printFile(Path file) throws IOException {
        if (files++ > 0) out.println();
        String name = nameOf(file);
        long offset = offsetIn(name).orElse(0);
        String kind = kindOf(name);
        try (var source = disk.openReadOnly(file)) {
            out.println(file + "  " + kind + ", " + source.sizeBytes() + " bytes");
            boolean whole = switch (kind) {
                case "segment", "metadata snapshot" -> new SegmentDump(out, options).print(source);
                case "offset index" -> new IndexDump(out, offset).offsets(source);
                case "time index" -> new IndexDump(out, offset).times(source);
                case "aborted transactions" -> new IndexDump(out, offset).transactions(source);
                case "producers" -> new ProducersDump(out).print(source);
                default -> new TextDump(out).print(source);
            };
            damaged |= !whole;
        }
        out.flush();
    }

    /// Files on their way out are what they were.
    private static String kindOf(String name) {
        String live = name;
        for (String suffix : List.of(".deleted", ".cleaned", ".swap")) {
            if (live.endsWith(suffix)) live = live.substring(0, live.length() - suffix.length());
        }
        if (live.equals("bootstrap.checkpoint")) return "metadata snapshot";
        int dot = live.lastIndexOf('.');
        String suffix = dot < 0 ? "" : live.substring(dot);
        return switch (suffix) {
            case ".log" -> "segment";
            case ".index" -> "offset index";
            case ".timeindex" -> "time index";
            case ".txnindex" -> "aborted transactions";
            case ".snapshot" -> "producers";
            case ".checkpoint" -> "metadata snapshot";
            default -> "text";
        };
    }

    private static OptionalLong offsetIn(String name) {
        if (name.length() <= OFFSET_DIGITS) return OptionalLong.empty();
        char after = name.charAt(OFFSET_DIGITS);
        if (after != '.' && after != '-') return OptionalLong.empty();
        try {
            return OptionalLong.of(Long.parseLong(name, 0, OFFSET_DIGITS, 10));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }
}
