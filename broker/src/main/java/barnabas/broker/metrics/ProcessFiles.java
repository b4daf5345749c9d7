package barnabas.broker.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files of `/proc/self` with figures of this process. A reading takes one buffer; the JVM's own bean of the system
/// reads all mounts and control groups before it knows the processor time. Owner: the thread that reads.
final class ProcessFiles {
    private static final Path STAT = Path.of("/proc/self/stat");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path IO = Path.of("/proc/self/io");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int BYTES_MAX = 4 << 10;
    /// Ticks of processor time in a second, the same for every program on Linux.
    private static final double TICKS = 100;
    /// Fields of stat between the name of the program, which may hold blanks, and its processor times.
    private static final int FIELDS_BEFORE_TIMES = 11;

    private final byte[] buffer = new byte[BYTES_MAX];
    private String text = "";

    /// Whether stat is there; [#cpuSeconds] is of it.
    boolean stat() {
        return load(STAT);
    }

    /// Whether status is there; [#number] is of it then.
    boolean status() {
        return load(STATUS);
    }

    /// Whether io is there; [#number] is of it then.
    boolean io() {
        return load(IO);
    }

    private boolean load(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            int bytes = in.readNBytes(buffer, 0, BYTES_MAX);
            text = new String(buffer, 0, bytes, StandardCharsets.ISO_8859_1);
            return bytes > 0;
        } catch (IOException notHere) {
            return false; // another system, or a container that hides it
        }
    }

    /// Number of open descriptors; 0 where the system does not say (Linux before 6.2).
    long openFiles() {
        try {
            return Files.size(DESCRIPTORS);
        } catch (IOException notHere) {
            return 0;
        }
    }

    /// Seconds of processor time, in user and system mode.
    double cpuSeconds() {
        int at = text.lastIndexOf(')') + 1;
        for (int i = 0; i <= FIELDS_BEFORE_TIMES; i++) at = text.indexOf(' ', at) + 1;
        return (numberAt(at) + numberAt(text.indexOf(' ', at) + 1)) / TICKS;
    }

    /// First number of the line that begins with a name, as in `VmRSS:   71234 kB`; -1 without it.
    long number(String name) {
        int at = text.indexOf(name);
        while (at > 0 && text.charAt(at - 1) != '\n') at = text.indexOf(name, at + 1);
        if (at < 0) return -1;
        at += name.length();
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) at++;
        return numberAt(at);
    }

    private long numberAt(int from) {
        long number = 0;
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9')
            number = number * 10 + text.charAt(at++) - '0';
        return at == from ? -1 : number;
    }
}
