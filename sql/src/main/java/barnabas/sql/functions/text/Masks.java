package barnabas.sql.functions.text;

import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.ValueProblem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `MASK` and its kin: one character stands for every upper case letter, one for every lower case letter, one for every
/// digit, and one for every other character. A null mask leaves characters of its kind alone.
public final class Masks {
    private static final String MASKS = "upper STRING, lower STRING, digit STRING, other STRING) STRING";

    private Masks() {}

    /// The characters of `length` that are masked when `count` was given, from index 0 to the second, exclusive.
    @FunctionalInterface
    private interface Part {
        int[] of(int length, int count);
    }

    public static List<SqlFunction> all() {
        return List.of(
                mask(),
                part("MASK_KEEP_LEFT", "Masks all but the first characters.", (length, count) ->
                                new int[] {count, length})
                        .example("MASK_KEEP_LEFT('My Test $123', 4) => 'My Txxx--nnn'")
                        .build(),
                part("MASK_KEEP_RIGHT", "Masks all but the last characters.", (length, count) ->
                                new int[] {0, length - count})
                        .example("MASK_KEEP_RIGHT('My Test $123', 4) => 'Xx-Xxxx-$123'")
                        .build(),
                part("MASK_LEFT", "Masks the first characters.", (_, count) -> new int[] {0, count})
                        .example("MASK_LEFT('My Test $123', 4) => 'Xx-Xest $123'")
                        .build(),
                part("MASK_RIGHT", "Masks the last characters.", (length, count) -> new int[] {length - count, length})
                        .example("MASK_RIGHT('My Test $123', 4) => 'My Test -nnn'")
                        .build());
    }

    private static SqlFunction mask() {
        return Scalar.named("MASK", Strings.CATEGORY, "Replaces every character by one for its kind.")
                .strict("(text STRING) STRING", a -> {
                    String text = (String) a[0];
                    return masked(text, 0, text.length(), "X", "x", "n", "-");
                })
                .variant("(text STRING, " + MASKS, a -> {
                    if (!(a[0] instanceof String text)) return null;
                    return masked(text, 0, text.length(), a[1], a[2], a[3], a[4]);
                })
                .example("MASK('My Test $123') => 'Xx-Xxxx--nnn'")
                .example("MASK('My Test $123', '*', NULL, '1', NULL) => '*y *est $111'")
                .build();
    }

    private static Scalar.Builder part(String name, String overview, Part part) {
        return Scalar.named(name, Strings.CATEGORY, overview)
                .strict("(text STRING, count INTEGER) STRING", a -> {
                    String text = (String) a[0];
                    int[] range = part.of(text.length(), count(name, text, a[1]));
                    return masked(text, range[0], range[1], "X", "x", "n", "-");
                })
                .variant("(text STRING, count INTEGER, " + MASKS, a -> {
                    if (!(a[0] instanceof String text) || a[1] == null) return null;
                    int[] range = part.of(text.length(), count(name, text, a[1]));
                    return masked(text, range[0], range[1], a[2], a[3], a[4], a[5]);
                });
    }

    private static int count(String name, String text, Object argument) {
        int count = (Integer) argument;
        if (count < 0) throw new ValueProblem(name + ": the number of characters is negative: " + count);
        return Math.min(count, text.length());
    }

    private static String masked(
            String text,
            int from,
            int to,
            @Nullable Object upper,
            @Nullable Object lower,
            @Nullable Object digit,
            @Nullable Object other) {
        StringBuilder masked = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            Object mask = at < from || at >= to ? null : kind(c, upper, lower, digit, other);
            masked.append(mask instanceof String with && !with.isEmpty() ? with.charAt(0) : c);
        }
        return masked.toString();
    }

    private static @Nullable Object kind(
            char c, @Nullable Object upper, @Nullable Object lower, @Nullable Object digit, @Nullable Object other) {
        if (Character.isUpperCase(c)) return upper;
        if (Character.isLowerCase(c)) return lower;
        return Character.isDigit(c) ? digit : other;
    }
}
