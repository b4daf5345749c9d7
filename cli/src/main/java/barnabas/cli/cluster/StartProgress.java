package barnabas.cli.cluster;

import barnabas.cli.console.Console;
import java.util.concurrent.TimeUnit;

/// State of a start that takes longer than two seconds: one line that is overwritten on a terminal, a line every ten
/// seconds elsewhere.
public final class StartProgress {
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long TERMINAL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long FILE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final String CLEAR_LINE = "\r\033[K";

    private final Console console;
    private final long startNanos;
    private long nextNanos;
    private boolean shown;

    public StartProgress(Console console) {
        this.console = console;
        this.startNanos = console.clock().nanos();
        this.nextNanos = startNanos + FIRST_NANOS;
    }

    /// Call as often as you like.
    public void update(String state) {
        long now = console.clock().nanos();
        if (now - nextNanos < 0) return;
        String line = state + " (" + TimeUnit.NANOSECONDS.toSeconds(now - startNanos) + " s)";
        if (console.interactive()) {
            console.err().print(CLEAR_LINE + line);
            console.err().flush();
            shown = true;
            nextNanos = now + TERMINAL_NANOS;
        } else {
            console.err().println(line);
            nextNanos = now + FILE_NANOS;
        }
    }

    /// Takes the line away.
    public void clear() {
        if (!shown) return;
        console.err().print(CLEAR_LINE);
        console.err().flush();
        shown = false;
    }
}
