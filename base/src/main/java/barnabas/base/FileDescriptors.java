package barnabas.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Number of files and connections that this process may have open, and their shares. Files come first: a broker
/// that can not open a segment serves no client.
///
/// @param processMax of the process, `ulimit -n`
public record FileDescriptors(int processMax) {
    public static final FileDescriptors UNLIMITED = new FileDescriptors(Integer.MAX_VALUE);

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LINE = "Max open files";
    private static final int SEGMENTS_MAX = 512;
    /// For what is open all the time or for a moment: jars, the journal, the metadata log, checkpoints, directories.
    private static final int RESERVE_MAX = 256;

    /// Read once, as the JVM raises its limit before the first class runs.
    private static final class OfProcess {
        static final FileDescriptors READ = read();
    }

    /// Those of this process; [#UNLIMITED] where the system does not say.
    public static FileDescriptors ofProcess() {
        return OfProcess.READ;
    }

    private static FileDescriptors read() {
        try {
            return in(Files.readAllLines(LIMITS));
        } catch (IOException notLinux) {
            return UNLIMITED;
        }
    }

    /// Parses lines like `Max open files            1024                 524288               files`: the first
    /// number counts.
    static FileDescriptors in(List<String> limits) {
        for (var line : limits) {
            if (!line.startsWith(LINE)) continue;
            var soft = line.substring(LINE.length()).strip().split(" ", 2)[0];
            try {
                return new FileDescriptors((int) Math.min(Integer.MAX_VALUE, Long.parseLong(soft)));
            } catch (NumberFormatException unlimited) {
                return UNLIMITED;
            }
        }
        return UNLIMITED;
    }

    /// Files of segments that may be open at a time.
    public int segmentsMax() {
        return Math.min(SEGMENTS_MAX, Math.max(1, processMax / 4));
    }

    /// The same in each of the log directories, which count for themselves.
    public int segmentsMaxIn(int directories) {
        return Math.max(1, segmentsMax() / Math.max(1, directories));
    }

    /// Connections that may be open at a time.
    public int connectionsMax() {
        if (processMax == Integer.MAX_VALUE) return Integer.MAX_VALUE;
        return Math.max(1, processMax - segmentsMax() - Math.min(RESERVE_MAX, processMax / 4));
    }
}
