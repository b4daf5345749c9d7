package barnabas.base;

/// Text from clients and files in a form that one line of a log or a terminal can show: characters that move the
/// cursor, end the line, change the terminal's state or reorder text are written as escapes, and the length is
/// bounded.
public final class PrintableText {
    private static final String HEX = "0123456789abcdef";

    private PrintableText() {}

    /// The text on one line, with `\n`, `\r`, `\t` and `\u001b` in place of what they stand for.
    ///
    /// @param charsMax characters of the result, apart from the note of how many were left out
    public static String oneLine(String text, int charsMax) {
        int unsafe = firstUnsafe(text);
        if (unsafe < 0 && text.length() <= charsMax) return text;
        var escaped = new StringBuilder(Math.min(text.length(), charsMax) + 64);
        int at = 0;
        while (at < text.length() && escaped.length() < charsMax) {
            int next = text.offsetByCodePoints(at, 1);
            appendEscaped(escaped, text.substring(at, next));
            at = next;
        }
        if (at < text.length())
            escaped.append("... (").append(text.length() - at).append(" more characters)");
        return escaped.toString();
    }

    /// The text with everything escaped that [#oneLine] escapes, except line feeds and tabs.
    public static String lines(String text) {
        if (firstUnsafe(text) < 0) return text;
        var escaped = new StringBuilder(text.length() + 64);
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '\n' || each == '\t') escaped.append(each);
            else appendEscaped(escaped, String.valueOf(each));
        }
        return escaped.toString();
    }

    /// Whether a line shows the text as it is.
    public static boolean isSafe(String text) {
        return firstUnsafe(text) < 0;
    }

    private static int firstUnsafe(String text) {
        for (int i = 0; i < text.length(); i++) if (isUnsafe(text.charAt(i))) return i;
        return -1;
    }

    private static boolean isUnsafe(char each) {
        // C0 and C1 control characters; line and paragraph separators; characters that reorder text (Unicode TR 36).
        return each < ' '
                || (each >= 0x7F && each <= 0x9F)
                || each == 0x2028
                || each == 0x2029
                || (each >= 0x202A && each <= 0x202E)
                || (each >= 0x2066 && each <= 0x2069);
    }

    private static void appendEscaped(StringBuilder escaped, String codePoint) {
        char each = codePoint.charAt(0);
        if (!isUnsafe(each)) {
            escaped.append(codePoint);
            return;
        }
        switch (each) {
            case '\n' -> escaped.append("\\n");
            case '\r' -> escaped.append("\\r");
            case '\t' -> escaped.append("\\t");
            default -> {
                escaped.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) escaped.append(HEX.charAt(each >> shift & 0xF));
            }
        }
    }
}
