package barnabas.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The course of one simulation: a hash over all of it, its last lines, and all lines where they are asked for.
///
/// ```
///      1250.113 net      c4 -> n2 frame 81 bytes
///      1251.020 fault    kill n2
/// ```
final class Transcript {
    private static final int LINES_MAX = 400;

    private final Deque<String> last = new ArrayDeque<>();
    private final @Nullable Appendable out;
    private final boolean everyStep;
    private long hash = 0xcbf29ce484222325L;
    private long now;

    /// @param out receives every line, or null
    /// @param everyStep whether each step of a thread, and the bytes of each frame, are a line too
    Transcript(@Nullable Appendable out, boolean everyStep) {
        this.out = out;
        this.everyStep = everyStep;
    }

    /// Sets the moment of the lines that follow.
    void at(long nanos) {
        now = nanos;
        mix(nanos);
    }

    void step(String thread) {
        mix(thread);
        if (everyStep) line("step", thread);
    }

    void event(String kind, String text) {
        mix(kind);
        mix(text);
        line(kind, text);
    }

    /// A frame that leaves or arrives: its bytes count, and are a line too where every step is one.
    void frame(String way, byte[] bytes) {
        event("net", way + " frame of " + bytes.length);
        for (byte each : bytes) mix(each);
        if (everyStep) line("bytes", HexFormat.of().formatHex(bytes));
    }

    private void line(String kind, String text) {
        String line = String.format(Locale.ROOT, "%12.3f %-8s %s", now / 1e6, kind, text);
        last.addLast(line);
        if (last.size() > LINES_MAX) last.removeFirst();
        if (out == null) return;
        try {
            out.append(line).append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void mix(String text) {
        for (int i = 0; i < text.length(); i++) mix(text.charAt(i));
    }

    private void mix(long value) {
        hash = (hash ^ value) * 0x100000001b3L;
        hash ^= hash >>> 29;
    }

    long hash() {
        return hash;
    }

    Deque<String> lastLines() {
        return last;
    }
}
