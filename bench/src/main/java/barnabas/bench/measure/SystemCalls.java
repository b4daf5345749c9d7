package barnabas.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/// Counts a process's system calls with `perf stat`, where the machine has it and allows it.
///
/// The count runs from `start` until `stop`.
public final class SystemCalls {
    private static final String EVENT = "raw_syscalls:sys_enter";

    private final Process perf;

    private SystemCalls(Process perf) {
        this.perf = perf;
    }

    /// Whether `perf` can count system calls here.
    public static boolean available() throws InterruptedException {
        try {
            Process probe = new ProcessBuilder("perf", "stat", "-x", ",", "-e", EVENT, "true")
                    .redirectErrorStream(true)
                    .start();
            String output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return probe.waitFor() == 0 && count(output).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    public static SystemCalls start(long pid) throws IOException, InterruptedException {
        Process perf = new ProcessBuilder("perf", "stat", "-x", ",", "-e", EVENT, "-p", Long.toString(pid))
                .redirectErrorStream(true)
                .start();
        // perf says nothing when it has begun; it needs a moment to open the counters of all threads.
        if (perf.waitFor(500, TimeUnit.MILLISECONDS)) {
            throw new IOException("perf ended at once");
        }
        return new SystemCalls(perf);
    }

    /// Ends the count.
    ///
    /// @return the number of system calls since `start`; empty if perf did not report it
    public OptionalLong stop() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(perf.pid())).start().waitFor();
        String output = new String(perf.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        perf.waitFor();
        return count(output);
    }

    /// The first field of the line that names the event: `1234,,raw_syscalls:sys_enter,...`
    static OptionalLong count(String output) {
        List<String> lines = output.lines().filter(line -> line.contains(EVENT)).toList();
        for (String line : lines) {
            String first = line.substring(0, line.indexOf(','));
            if (!first.isEmpty() && first.chars().allMatch(Character::isDigit)) {
                return OptionalLong.of(Long.parseLong(first));
            }
        }
        return OptionalLong.empty();
    }
}
