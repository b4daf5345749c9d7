package barnabas.conformance.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Resources of a process at one moment, as counted by the kernel.
///
/// @param seconds since the beginning of the run
/// @param residentMegabytes `VmRSS`
/// @param diskMegabytes the sizes of the files below its data directory
/// @param cpuSeconds user and system time since its start
record Vitals(
        double seconds, double residentMegabytes, int files, int threads, double diskMegabytes, double cpuSeconds) {
    /// Clock ticks of `/proc/PID/stat`: 100 a second on every Linux that Java runs on.
    private static final double TICKS_PER_SECOND = 100;

    static Vitals of(long pid, Path data, double seconds) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        double resident = 0;
        int threads = 0;
        for (String line : Files.readAllLines(process.resolve("status"))) {
            if (line.startsWith("VmRSS:")) resident = number(line) * 1024 / 1e6;
            else if (line.startsWith("Threads:")) threads = (int) number(line);
        }
        int files;
        try (Stream<Path> open = Files.list(process.resolve("fd"))) {
            files = (int) open.count();
        }
        String stat = Files.readString(process.resolve("stat"));
        // The name in parentheses may hold blanks; user and system time are the 12th and 13th fields after it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double cpu = (Double.parseDouble(fields[11]) + Double.parseDouble(fields[12])) / TICKS_PER_SECOND;
        return new Vitals(seconds, resident, files, threads, diskBytes(data) / 1e6, cpu);
    }

    private static double number(String line) {
        return Double.parseDouble(line.replaceAll("[^0-9]", ""));
    }

    private static double diskBytes(Path data) throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            return all.mapToLong(Vitals::sizeOrGone).sum();
        } catch (UncheckedIOException vanished) {
            if (vanished.getCause() instanceof NoSuchFileException) return diskBytes(data);
            throw vanished;
        }
    }

    private static long sizeOrGone(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException gone) {
            return 0;
        }
    }

    static String csvHeader() {
        return "seconds,resident_mb,files,threads,disk_mb,cpu_seconds";
    }

    String csv() {
        return "%.0f,%.1f,%d,%d,%.1f,%.2f"
                .formatted(seconds, residentMegabytes, files, threads, diskMegabytes, cpuSeconds);
    }
}
