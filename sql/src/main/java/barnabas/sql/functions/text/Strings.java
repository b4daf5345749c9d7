package barnabas.sql.functions.text;

import barnabas.sql.functions.Budget;
import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.SqlFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Functions of strings without regular expressions.
public final class Strings {
    static final String CATEGORY = "Strings";

    private Strings() {}

    public static List<SqlFunction> all() {
        return List.of(
                chr(),
                concat(),
                concatWithSeparator(),
                Scalar.named("ENCODE", CATEGORY, "Converts a string between the encodings hex, utf8, ascii and base64.")
                        .strict(
                                "(text STRING, input_encoding STRING, output_encoding STRING) STRING",
                                a -> Encoding.of((String) a[2])
                                        .encode(Encoding.of((String) a[1]).decode((String) a[0])))
                        .example("ENCODE('4578616d706c65', 'hex', 'utf8') => 'Example'")
                        .build(),
                Scalar.named(
                                "INITCAP",
                                CATEGORY,
                                "Puts the first letter of each word in upper case, the others in lower.")
                        .strict("(text STRING) STRING", a -> initialCapitals((String) a[0]))
                        .example("INITCAP('the QUICK fox') => 'The Quick Fox'")
                        .build(),
                instr(),
                Scalar.named("LCASE", CATEGORY, "Converts a string to lower case.")
                        .strict("(text STRING) STRING", a -> ((String) a[0]).toLowerCase(Locale.ROOT))
                        .example("LCASE('Kafka') => 'kafka'")
                        .build(),
                Scalar.named("REPLACE", CATEGORY, "Replaces all instances of a substring.")
                        .strict(
                                "(text STRING, old STRING, new STRING) STRING",
                                a -> replaced((String) a[0], (String) a[1], (String) a[2]))
                        .example("REPLACE('foo is foo', 'foo', 'bar') => 'bar is bar'")
                        .build(),
                splitToMap(),
                Scalar.named("TRIM", CATEGORY, "Removes the spaces at the beginning and at the end.")
                        .strict("(text STRING) STRING", a -> ((String) a[0]).trim())
                        .example("TRIM('  a b ') => 'a b'")
                        .build(),
                Scalar.named("UCASE", CATEGORY, "Converts a string to upper case.")
                        .strict("(text STRING) STRING", a -> ((String) a[0]).toUpperCase(Locale.ROOT))
                        .example("UCASE('Kafka') => 'KAFKA'")
                        .build());
    }

    private static SqlFunction chr() {
        return Scalar.named("CHR", CATEGORY, "Returns the character of a code point, null when there is none.")
                .strict("(code INTEGER) STRING", a -> character((Integer) a[0]))
                .strict("(escape STRING) STRING", a -> unescaped((String) a[0]))
                .example("CHR(75) => 'K'")
                .example("CHR('\\u597d') => '好'")
                .build();
    }

    private static @Nullable String character(int code) {
        return Character.isValidCodePoint(code) ? Character.toString(code) : null;
    }

    /// Character of `\\u004b`, or of two such escapes that make up one code point.
    private static @Nullable String unescaped(String escape) {
        StringBuilder text = new StringBuilder();
        try {
            for (int at = 0; at < escape.length(); at += 6) {
                if (!escape.startsWith("\\u", at) || at + 6 > escape.length()) return null;
                text.append((char) Integer.parseInt(escape, at + 2, at + 6, 16));
            }
        } catch (NumberFormatException _) {
            return null;
        }
        return text.codePointCount(0, text.length()) == 1 ? text.toString() : null;
    }

    private static SqlFunction concat() {
        return Scalar.named("CONCAT", CATEGORY, "Concatenates strings or bytes; null counts as empty.")
                .variant("(text STRING, more STRING...) STRING", arguments -> {
                    StringBuilder joined = new StringBuilder();
                    for (Object each : arguments) if (each != null) joined.append(each);
                    return joined.toString();
                })
                .variant("(bytes BYTES, more BYTES...) BYTES", arguments -> Binary.join(null, arguments, 0))
                .example("CONCAT('a', NULL, 'b') => 'ab'")
                .build();
    }

    private static SqlFunction concatWithSeparator() {
        return Scalar.named("CONCAT_WS", CATEGORY, "Concatenates strings or bytes with a separator; nulls are skipped.")
                .variant("(separator STRING, text STRING, more STRING...) STRING", arguments -> {
                    if (arguments[0] == null) return null;
                    List<String> parts = new ArrayList<>();
                    for (int at = 1; at < arguments.length; at++)
                        if (arguments[at] instanceof String part) parts.add(part);
                    return String.join((String) arguments[0], parts);
                })
                .variant(
                        "(separator BYTES, bytes BYTES, more BYTES...) BYTES",
                        arguments -> arguments[0] == null ? null : Binary.join(arguments[0], arguments, 1))
                .example("CONCAT_WS(', ', 'apple', 'banana', NULL, 'date') => 'apple, banana, date'")
                .build();
    }

    private static String initialCapitals(String text) {
        StringBuilder capitals = new StringBuilder();
        boolean first = true;
        for (int code : text.codePoints().toArray()) {
            capitals.appendCodePoint(first ? Character.toUpperCase(code) : Character.toLowerCase(code));
            first = Character.isWhitespace(code);
        }
        return capitals.toString();
    }

    private static SqlFunction instr() {
        return Scalar.named("INSTR", CATEGORY, "Returns the position of a substring from 1, 0 when there is none.")
                .variant("(text STRING, substring STRING) INTEGER", a -> position(a, 1, 1))
                .variant(
                        "(text STRING, substring STRING, position INTEGER) INTEGER",
                        a -> position(a, (Integer) a[2], 1))
                .variant(
                        "(text STRING, substring STRING, position INTEGER, occurrence INTEGER) INTEGER",
                        a -> position(a, (Integer) a[2], (Integer) a[3]))
                .example("INSTR('CORPORATE FLOOR', 'OR') => 2")
                .example("INSTR('CORPORATE FLOOR', 'OR', 3, 2) => 14")
                .example("INSTR('CORPORATE FLOOR', 'OR', -3) => 5")
                .build();
    }

    /// Position of one occurrence, looked for from `start` on: backwards from the end when it is negative.
    private static int position(@Nullable Object[] a, @Nullable Integer start, @Nullable Integer occurrence) {
        if (!(a[0] instanceof String text) || !(a[1] instanceof String substring)) return 0;
        return start == null || occurrence == null ? 0 : position(text, substring, start, occurrence);
    }

    private static int position(String text, String substring, int start, int occurrence) {
        if (occurrence < 1 || start == 0 || substring.isEmpty()) return 0;
        int at = start > 0 ? start - 2 : text.length() + start + 1;
        for (int seen = 0; seen < occurrence; seen++) {
            if (start < 0 && at <= 0) return 0;
            at = start > 0 ? text.indexOf(substring, at + 1) : text.lastIndexOf(substring, at - 1);
            if (at < 0) return 0;
        }
        return at + 1;
    }

    private static SqlFunction splitToMap() {
        return Scalar.named("SPLIT_TO_MAP", CATEGORY, "Splits a string into entries, and these into keys and values.")
                .strict("(text STRING, entry_delimiter STRING, key_delimiter STRING) MAP<STRING, STRING>", a -> {
                    String entryDelimiter = (String) a[1];
                    String keyDelimiter = (String) a[2];
                    if (entryDelimiter.isEmpty() || keyDelimiter.isEmpty()) return null;
                    Map<String, String> map = new LinkedHashMap<>();
                    for (String entry : Splits.parts((String) a[0], entryDelimiter)) {
                        int at = entry.indexOf(keyDelimiter);
                        if (at < 0) continue;
                        String value = entry.substring(at + keyDelimiter.length());
                        int end = value.indexOf(keyDelimiter);
                        map.put(entry.substring(0, at), end < 0 ? value : value.substring(0, end));
                    }
                    return map;
                })
                .example(
                        "SPLIT_TO_MAP('apple:=green/cherry:=red', '/', ':=') => MAP('apple' := 'green', 'cherry' := 'red')")
                .build();
    }

    /// `text` from `position` on, from 1, or from the end when it is negative; `length` characters when it is not null.
    static int[] range(int size, int position, @Nullable Integer length) {
        int start = position > 0 ? position - 1 : position == 0 ? 0 : Math.max(0, size + position);
        start = Math.min(start, size);
        int end = length == null ? size : (int) Math.min(size, (long) start + Math.max(0, length));
        return new int[] {start, end};
    }

    private static String replaced(String text, String old, String replacement) {
        long grows = (long) replacement.length() - old.length();
        if (grows > 0) {
            long found = old.isEmpty() ? text.length() + 1L : 0;
            for (int at = old.isEmpty() ? -1 : text.indexOf(old); at >= 0; at = text.indexOf(old, at + old.length()))
                found++;
            Budget.checkSize(text.length() + found * grows);
        }
        return text.replace(old, replacement);
    }
}
