package barnabas.cli.console;

import barnabas.base.Clock;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Progress of long work, on one line that is overwritten. Prints nothing during the first second, and nothing at
/// all when standard error is no terminal.
public final class Progress {
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintWriter err;
    private final boolean visible;
    private final Clock clock;
    private final long totalBytes;
    private final long startNanos;
    private long nextNanos;
    private boolean shown;

    /// @param totalBytes -1 when unknown
    public Progress(Console console, long totalBytes) {
        this.err = console.err();
        this.visible = console.interactive();
        this.clock = console.clock();
        this.totalBytes = totalBytes;
        this.startNanos = clock.nanos();
        this.nextNanos = startNanos + FIRST_NANOS;
    }

    /// Call as often as you like.
    public void update(long records, long bytes) {
        if (!visible) return;
        long now = clock.nanos();
        if (now - nextNanos < 0) return;
        nextNanos = now + INTERVAL_NANOS;
        shown = true;
        err.print(CLEAR_LINE + line(records, bytes, seconds()));
        err.flush();
    }

    private String line(long records, long bytes, double seconds) {
        String rate = count((long) (records / seconds)) + " records/s, " + size((long) (bytes / seconds)) + "/s";
        String soFar = count(records) + " records, " + size(bytes) + ", " + rate;
        if (totalBytes <= 0 || bytes <= 0) return soFar;
        long percent = Math.min(100, bytes * 100 / totalBytes);
        long left = Math.max(0, Math.round((totalBytes - bytes) * seconds / bytes));
        return soFar + ", " + percent + "%, " + left + " s left";
    }

    /// Takes the line away.
    public void clear() {
        if (!shown) return;
        err.print(CLEAR_LINE);
        err.flush();
        shown = false;
    }

    public double seconds() {
        return Math.max(1e-3, (clock.nanos() - startNanos) / 1e9);
    }

    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// A number with its noun: 1 partition, 1,000 partitions.
    public static String count(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /// A size for people: 1.5 MB.
    public static String size(long bytes) {
        if (bytes < 1_000) return bytes + " B";
        String[] units = {"kB", "MB", "GB", "TB", "PB"};
        double value = bytes;
        int unit = -1;
        while (value >= 999.5 && unit < units.length - 1) {
            value /= 1_000;
            unit++;
        }
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }
}
