package barnabas.cli.logging;

import barnabas.base.PrintableText;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// A stack trace as [Throwable#printStackTrace()] shows it, each exception's message on one line.
final class StackTraceText {
    private final StringBuilder text = new StringBuilder();
    private final int messageCharsMax;
    private final Set<Throwable> shown = Collections.newSetFromMap(new IdentityHashMap<>());

    private StackTraceText(int messageCharsMax) {
        this.messageCharsMax = messageCharsMax;
    }

    static String of(Throwable thrown, int messageCharsMax) {
        var trace = new StackTraceText(messageCharsMax);
        trace.append(thrown, "", "", new StackTraceElement[0]);
        return trace.text.toString();
    }

    /// @param enclosing frames of the exception around this one, whose common end is left out
    private void append(Throwable thrown, String indent, String caption, StackTraceElement[] enclosing) {
        String message = PrintableText.oneLine(String.valueOf(thrown), messageCharsMax);
        if (!shown.add(thrown)) {
            text.append(indent)
                    .append(caption)
                    .append("[circular: ")
                    .append(message)
                    .append("]\n");
            return;
        }
        text.append(indent).append(caption).append(message).append('\n');
        StackTraceElement[] frames = thrown.getStackTrace();
        int own = frames.length;
        int other = enclosing.length;
        while (own > 0 && other > 0 && frames[own - 1].equals(enclosing[other - 1])) {
            own--;
            other--;
        }
        for (int i = 0; i < own; i++)
            text.append(indent).append("\tat ").append(frames[i]).append('\n');
        if (own < frames.length)
            text.append(indent).append("\t... ").append(frames.length - own).append(" more\n");
        for (Throwable suppressed : thrown.getSuppressed()) append(suppressed, indent + "\t", "Suppressed: ", frames);
        Throwable cause = thrown.getCause();
        if (cause != null) append(cause, indent, "Caused by: ", frames);
    }
}
