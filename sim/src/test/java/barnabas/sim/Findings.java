package barnabas.sim;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Violations that a simulation found.
final class Findings {
    private static final int KEPT_MAX = 20;

    private final List<String> violations = new ArrayList<>();
    private final Transcript transcript;
    private final String expected;

    Findings(Transcript transcript) {
        this(transcript, "");
    }

    /// @param expected words of violations that are none here; empty for none
    Findings(Transcript transcript, String expected) {
        this.transcript = transcript;
        this.expected = expected;
    }

    void violation(String text) {
        if (!expected.isEmpty() && text.contains(expected)) return;
        transcript.event("BROKEN", text);
        if (violations.size() < KEPT_MAX) violations.add(text);
    }

    /// A Throwable left a thread of a node. A disk that failed or memory that ran out may end it, anything else is a
    /// bug.
    void threadFailed(String process, String thread, Throwable cause) {
        if (isOfTheWorld(cause)) {
            transcript.event("failure", process + "/" + thread + ": " + cause);
            return;
        }
        violation(process + "/" + thread + " failed: " + stack(cause));
    }

    private static boolean isOfTheWorld(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof IOException || at instanceof UncheckedIOException) return true;
            if (at instanceof OutOfMemoryError && "simulated".equals(at.getMessage())) return true;
        }
        return false;
    }

    private static String stack(Throwable cause) {
        var text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    List<String> violations() {
        return violations;
    }
}
