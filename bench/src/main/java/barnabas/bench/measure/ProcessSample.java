package barnabas.bench.measure;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Counters of the kernel for a process so far; two samples make a measurement.
///
/// @param cpuNanos user and system time of all its threads, also of those that have ended
/// @param userNanos the user part, in clock ticks of 10 ms (`/proc/PID/stat`)
/// @param systemNanos the system part, likewise
/// @param voluntarySwitches over the threads that are alive now
/// @param involuntarySwitches over the threads that are alive now
/// @param threads how many there are
public record ProcessSample(
        long cpuNanos,
        long userNanos,
        long systemNanos,
        long voluntarySwitches,
        long involuntarySwitches,
        int threads) {
    private static final long NANOS_PER_TICK = 10_000_000;

    @SuppressWarnings("restricted") // the one way to another process's CPU clock
    private static final MethodHandle CLOCK_GETTIME = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().find("clock_gettime").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    public static ProcessSample of(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // The second field, the name, may hold blanks; what follows its closing bracket starts with field 3.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long user = Long.parseLong(fields[14 - 3]) * NANOS_PER_TICK;
        long system = Long.parseLong(fields[15 - 3]) * NANOS_PER_TICK;
        long voluntary = 0;
        long involuntary = 0;
        int threads = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks) {
                Map<String, Long> status = statusUnlessEnded(task);
                voluntary += status.getOrDefault("voluntary_ctxt_switches", 0L);
                involuntary += status.getOrDefault("nonvoluntary_ctxt_switches", 0L);
                threads++;
            }
        }
        return new ProcessSample(cpuNanos(pid), user, system, voluntary, involuntary, threads);
    }

    /// A thread may end between being listed and being read; what it counted is lost then.
    private static Map<String, Long> statusUnlessEnded(Path task) throws IOException {
        try {
            return numbers(task.resolve("status"));
        } catch (NoSuchFileException e) {
            return Map.of();
        }
    }

    /// The CPU clock of another process: the same account as `/proc/PID/stat`, in nanoseconds instead of ticks.
    static long cpuNanos(long pid) throws IOException {
        // <linux/posix-timers>: a process clock is the complement of the pid, shifted by three, with CPUCLOCK_SCHED
        // (2).
        int clock = (int) ((~pid << 3) | 2);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(16, 8);
            int result = (int) CLOCK_GETTIME.invokeExact(clock, time);
            if (result != 0) {
                throw new IOException("no CPU clock for process " + pid);
            }
            return time.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L + time.get(ValueLayout.JAVA_LONG, 8);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("clock_gettime is not there", e);
        }
    }

    public ProcessSample minus(ProcessSample earlier) {
        return new ProcessSample(
                cpuNanos - earlier.cpuNanos,
                userNanos - earlier.userNanos,
                systemNanos - earlier.systemNanos,
                voluntarySwitches - earlier.voluntarySwitches,
                involuntarySwitches - earlier.involuntarySwitches,
                threads);
    }

    /// Both processes together.
    public ProcessSample plus(ProcessSample other) {
        return new ProcessSample(
                cpuNanos + other.cpuNanos,
                userNanos + other.userNanos,
                systemNanos + other.systemNanos,
                voluntarySwitches + other.voluntarySwitches,
                involuntarySwitches + other.involuntarySwitches,
                threads + other.threads);
    }

    /// Resident memory, in bytes, as the kernel counts it now.
    public static long residentBytes(long pid) throws IOException {
        return numbers(Path.of("/proc/" + pid + "/status")).getOrDefault("VmRSS", 0L) * 1024;
    }

    /// Number of files, sockets and other handles that it has open.
    public static int openHandles(long pid) throws IOException {
        try (Stream<Path> handles = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return (int) handles.count();
        }
    }

    /// Number of mapped areas of memory, files among them: `vm.max_map_count` limits them.
    public static int mappings(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/maps"))) {
            return (int) lines.count();
        }
    }

    /// Resident memory with shared pages (the JDK's own files, an AOT cache) divided among those who map them, in
    /// bytes.
    public static long proportionalBytes(long pid) throws IOException {
        return numbers(Path.of("/proc/" + pid + "/smaps_rollup")).getOrDefault("Pss", 0L) * 1024;
    }

    /// The `Name:  number [kB]` lines of a /proc file.
    private static Map<String, Long> numbers(Path file) throws IOException {
        Map<String, Long> numbers = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String value = line.substring(colon + 1).strip();
                int end = 0;
                while (end < value.length() && Character.isDigit(value.charAt(end))) {
                    end++;
                }
                if (end > 0) {
                    numbers.put(line.substring(0, colon), Long.parseLong(value.substring(0, end)));
                }
            }
        }
        return numbers;
    }
}
