package barnabas.sql.functions.text;

import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.SqlFunction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Functions of strings and bytes alike: parts, lengths and paddings.
public final class Splits {
    /// Longest padding, in characters or bytes.
    private static final int PADDED_MAX = 1 << 24;

    private Splits() {}

    public static List<SqlFunction> all() {
        return List.of(
                Scalar.named("LEN", Strings.CATEGORY, "Returns the number of characters of a string, or of bytes.")
                        .strict("(text STRING) INTEGER", a -> ((String) a[0]).length())
                        .strict("(bytes BYTES) INTEGER", a -> Encoding.bytes(a[0]).length)
                        .example("LEN('stream') => 6")
                        .build(),
                pad("LPAD", "Pads from the left up to a length, and cuts what is longer.", true)
                        .example("LPAD('Foo', 7, 'Bar') => 'BarBFoo'")
                        .example("LPAD('Foo', 2, 'Bar') => 'Fo'")
                        .build(),
                pad("RPAD", "Pads from the right up to a length, and cuts what is longer.", false)
                        .example("RPAD('Foo', 7, 'Bar') => 'FooBarB'")
                        .build(),
                Scalar.named(
                                "SPLIT",
                                Strings.CATEGORY,
                                "Splits a string or bytes by a delimiter, or into single ones by ''.")
                        .strict(
                                "(text STRING, delimiter STRING) ARRAY<STRING>",
                                a -> parts((String) a[0], (String) a[1]))
                        .strict(
                                "(bytes BYTES, delimiter BYTES) ARRAY<BYTES>",
                                a -> Binary.parts(Encoding.bytes(a[0]), Encoding.bytes(a[1])))
                        .example("SPLIT('a,b,,c', ',') => ARRAY['a', 'b', '', 'c']")
                        .build(),
                substring());
    }

    /// Parts of `text` between the delimiters; its characters when the delimiter is empty.
    static List<String> parts(String text, String delimiter) {
        List<String> parts = new ArrayList<>();
        if (delimiter.isEmpty() && !text.isEmpty()) {
            text.codePoints().forEach(code -> parts.add(Character.toString(code)));
            return parts;
        }
        int start = 0;
        for (int at = delimiter.isEmpty() ? -1 : text.indexOf(delimiter);
                at >= 0;
                at = text.indexOf(delimiter, start)) {
            parts.add(text.substring(start, at));
            start = at + delimiter.length();
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static Scalar.Builder pad(String name, String overview, boolean left) {
        return Scalar.named(name, Strings.CATEGORY, overview)
                .strict("(text STRING, length INTEGER, padding STRING) STRING", a -> {
                    String text = (String) a[0];
                    int length = (Integer) a[1];
                    String padding = (String) a[2];
                    if (length < 0 || length > PADDED_MAX || padding.isEmpty()) return null;
                    if (text.length() >= length) return text.substring(0, length);
                    int missing = length - text.length();
                    String filled =
                            padding.repeat(missing / padding.length() + 1).substring(0, missing);
                    return left ? filled + text : text + filled;
                })
                .strict("(bytes BYTES, length INTEGER, padding BYTES) BYTES", a -> {
                    byte[] bytes = Encoding.bytes(a[0]);
                    int length = (Integer) a[1];
                    byte[] padding = Encoding.bytes(a[2]);
                    if (length < 0 || length > PADDED_MAX || padding.length == 0) return null;
                    byte[] padded = new byte[length];
                    int kept = Math.min(length, bytes.length);
                    System.arraycopy(bytes, 0, padded, left ? length - kept : 0, kept);
                    int from = left ? 0 : kept;
                    for (int at = 0; at < length - kept; at++) padded[from + at] = padding[at % padding.length];
                    return Encoding.value(padded);
                });
    }

    private static SqlFunction substring() {
        return Scalar.named(
                        "SUBSTRING", Strings.CATEGORY, "Returns a part of a string or of bytes; positions are from 1.")
                .strict("(text STRING, position INTEGER) STRING", a -> cut((String) a[0], (Integer) a[1], null))
                .strict(
                        "(text STRING, position INTEGER, length INTEGER) STRING",
                        a -> cut((String) a[0], (Integer) a[1], (Integer) a[2]))
                .strict("(bytes BYTES, position INTEGER) BYTES", a -> cut(Encoding.bytes(a[0]), (Integer) a[1], null))
                .strict(
                        "(bytes BYTES, position INTEGER, length INTEGER) BYTES",
                        a -> cut(Encoding.bytes(a[0]), (Integer) a[1], (Integer) a[2]))
                .example("SUBSTRING('stream', 1, 4) => 'stre'")
                .example("SUBSTRING('stream', -2) => 'am'")
                .build();
    }

    private static String cut(String text, int position, @Nullable Integer length) {
        int[] range = Strings.range(text.length(), position, length);
        return text.substring(range[0], range[1]);
    }

    private static Object cut(byte[] bytes, int position, @Nullable Integer length) {
        int[] range = Strings.range(bytes.length, position, length);
        byte[] part = new byte[range[1] - range[0]];
        System.arraycopy(bytes, range[0], part, 0, part.length);
        return Encoding.value(part);
    }
}
