package barnabas.sql.reading;

import org.jspecify.annotations.Nullable;

/// Text of a query that ends with a literal, as `SELECT … WHERE key = 'value';`, apart from the literal. Texts with
/// another literal are the same query with another key.
///
/// @param value a text, or an Integer
record KeyedText(String before, Object value) {
    /// Longer texts are not worth the memory that remembers them.
    private static final int LENGTH_MAX = 1_000;

    private static final int DIGITS_MAX = 9;

    /// @return null when the text does not end so, or may mean something else: with a comment, a variable or an escape
    static @Nullable KeyedText of(String text) {
        if (text.length() > LENGTH_MAX) return null;
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) end--;
        if (end > 0 && text.charAt(end - 1) == ';') end--;
        while (end > 0 && isSpace(text.charAt(end - 1))) end--;
        if (end < 2) return null;
        int start = text.charAt(end - 1) == '\'' ? text.lastIndexOf('\'', end - 2) : digits(text, end);
        // In front of a second quote, or of a letter, the place is no begin of a literal.
        if (start < 1 || !(isSpace(text.charAt(start - 1)) || text.charAt(start - 1) == '=')) return null;
        String before = text.substring(0, start);
        if (before.contains("--") || before.contains("/*")) return null;
        if (text.charAt(end - 1) == '\'') {
            String value = text.substring(start + 1, end - 1);
            return value.contains("${") || before.contains("${") ? null : new KeyedText(before, value);
        }
        return before.contains("${") || end - start > DIGITS_MAX
                ? null
                : new KeyedText(before, Integer.parseInt(text, start, end, 10));
    }

    /// With another literal of the same kind.
    KeyedText another() {
        return new KeyedText(before, value instanceof Integer number ? (Object) (number == 7 ? 8 : 7) : value + "x");
    }

    String text() {
        return before + (value instanceof Integer ? value.toString() : "'" + value + "'");
    }

    private static int digits(String text, int end) {
        int start = end;
        while (start > 0 && text.charAt(start - 1) >= '0' && text.charAt(start - 1) <= '9') start--;
        return start == end ? -1 : start;
    }

    private static boolean isSpace(char next) {
        return next == ' ' || next == '\n' || next == '\r' || next == '\t';
    }
}
