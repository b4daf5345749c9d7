package barnabas.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/// CPU that the rest of the machine used while something was measured: other people's processes, the kernel's own
/// threads, and what a hypervisor took away. A result with much of it is worth little, so it stands beside each.
public final class Disturbance {
    private static final double SECONDS_PER_TICK = 0.01;

    private final long startedNanos = System.nanoTime();
    private final double othersBefore = others();

    /// Starts to count.
    public Disturbance() throws IOException {}

    /// The CPU of others since the start, in percent of one CPU.
    public double percent() throws IOException {
        double elapsed = (System.nanoTime() - startedNanos) / 1e9;
        return Math.max(0, 100 * (others() - othersBefore) / elapsed);
    }

    /// CPU seconds since the machine's start that were neither idle nor spent by this process and its children.
    private static double others() throws IOException {
        // cpu  user nice system idle iowait irq softirq steal guest guest_nice
        String[] all =
                Files.readAllLines(Path.of("/proc/stat")).getFirst().strip().split(" +", -1);
        long busy = 0;
        for (int field : new int[] {1, 2, 3, 6, 7, 8}) {
            busy += Long.parseLong(all[field]);
        }
        ProcessHandle self = ProcessHandle.current();
        long ours = 0;
        try (Stream<ProcessHandle> children = self.descendants()) {
            for (ProcessHandle process :
                    Stream.concat(Stream.of(self), children).toList()) {
                ours += ticks(process.pid());
            }
        }
        return (busy - ours) * SECONDS_PER_TICK;
    }

    /// User and system time of a process and of the children that it has seen end.
    private static long ticks(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int field = 14; field <= 17; field++) {
                ticks += Long.parseLong(fields[field - 3]);
            }
            return ticks;
        } catch (NoSuchFileException processHasJustEnded) {
            return 0;
        }
    }
}
