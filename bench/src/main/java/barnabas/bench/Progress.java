package barnabas.bench;

import java.io.PrintStream;
import java.time.Duration;

/// Says what is going on: a line that updates on a terminal, a line per round elsewhere. One thread uses it.
final class Progress {
    private final PrintStream out;
    private final boolean terminal;
    private final long startedNanos = System.nanoTime();
    private boolean lineOpen;

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /// Something that is going on and will be replaced by the next message.
    void status(String message) {
        if (terminal) {
            out.print("\r\033[K" + clock() + message);
            out.flush();
            lineOpen = true;
        }
    }

    /// Something that stays.
    void line(String message) {
        if (lineOpen) {
            out.print("\r\033[K");
            lineOpen = false;
        }
        out.println(clock() + message);
        out.flush();
    }

    private String clock() {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startedNanos);
        return "%3d:%02d  ".formatted(elapsed.toMinutes(), elapsed.toSecondsPart());
    }
}
