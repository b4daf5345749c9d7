package barnabas.broker.logging;

import barnabas.base.Mutex;
import org.jspecify.annotations.Nullable;

/// The newest lines of the request log, for `barnabas trace`, which collects them from all brokers. None without a
/// level that asks for lines. Of the whole process, as levels are. For any thread.
public final class RequestLines {
    /// Beginning of their name in DescribeConfigs; behind it the number of the first line, or `end` for none.
    public static final String NAME = "barnabas.status.requests.";

    static final int LINES_MAX = 1_000;
    static final int LINE_CHARS_MAX = 500;
    /// Of an answer: a string of the protocol has 32,767 bytes at most.
    static final int CHARS_MAX = 8_000;

    private static final RequestLines OF_PROCESS = new RequestLines();

    private final Mutex lock = new Mutex();
    private final @Nullable String[] lines = new String[LINES_MAX]; // guarded by lock
    private long next; // guarded by lock

    RequestLines() {}

    public static RequestLines ofProcess() {
        return OF_PROCESS;
    }

    public void add(String line) {
        try (var _ = lock.hold()) {
            lines[(int) (next++ % LINES_MAX)] = line.substring(0, Math.min(LINE_CHARS_MAX, line.length()));
        }
    }

    /// The number of the line behind these, and lines from a number on, as many as fit an answer, without those that
    /// are gone.
    ///
    /// @param from a number, or `end` for no lines; null for something else
    public @Nullable String since(String from) {
        try (var _ = lock.hold()) {
            long at;
            try {
                at = from.equals("end") ? next : Long.parseLong(from);
            } catch (NumberFormatException e) {
                return null;
            }
            at = Math.max(Math.min(at, next), Math.max(0, next - LINES_MAX));
            var text = new StringBuilder();
            while (at < next && text.length() + LINE_CHARS_MAX < CHARS_MAX)
                text.append('\n').append(lines[(int) (at++ % LINES_MAX)]);
            return at + text.toString();
        }
    }
}
