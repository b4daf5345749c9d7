package barnabas.sql.functions.text;

import barnabas.config.dynamic.ClientPattern;
import barnabas.sql.functions.Budget;
import barnabas.sql.functions.Remembered;
import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.ValueProblem;
import com.google.re2j.Matcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `REGEXP_EXTRACT` and its kin. Patterns are RE2's, whose time is linear in the text:
/// back references and look-around are refused.
public final class RegularExpressions {
    private RegularExpressions() {}

    public static List<SqlFunction> all() {
        return List.of(extract(), extractAll(), replace(), split());
    }

    private static ClientPattern compile(String expression) {
        return switch (ClientPattern.read(expression)) {
            case ClientPattern.Reading.Valid valid -> valid.pattern();
            case ClientPattern.Reading.Invalid invalid ->
                throw new ValueProblem(
                        "Invalid regular expression pattern: " + expression + " (" + invalid.why() + ")");
        };
    }

    private static Scalar.StrictCall withPattern(int patternIndex, Matching matching) {
        Remembered<ClientPattern> patterns = new Remembered<>(RegularExpressions::compile);
        return a -> matching.on(patterns.of((String) a[patternIndex]), a);
    }

    @FunctionalInterface
    private interface Matching {
        @Nullable
        Object on(ClientPattern pattern, Object[] arguments);
    }

    private static SqlFunction extract() {
        return Scalar.named(
                        "REGEXP_EXTRACT", Strings.CATEGORY, "Returns the first match of a pattern, or a group of it.")
                .strictWith(
                        "(pattern STRING, text STRING) STRING",
                        () -> withPattern(0, (pattern, a) -> first(pattern, (String) a[1], 0)))
                .strictWith(
                        "(pattern STRING, text STRING, group INTEGER) STRING",
                        () -> withPattern(0, (pattern, a) -> first(pattern, (String) a[1], (Integer) a[2])))
                .example("REGEXP_EXTRACT('(.*) (.*)', 'hello there', 2) => 'there'")
                .build();
    }

    private static @Nullable String first(ClientPattern pattern, String text, int group) {
        Matcher matcher = pattern.matcher(text);
        return group >= 0 && group <= matcher.groupCount() && matcher.find() ? matcher.group(group) : null;
    }

    private static SqlFunction extractAll() {
        return Scalar.named(
                        "REGEXP_EXTRACT_ALL", Strings.CATEGORY, "Returns all matches of a pattern, or a group of each.")
                .strictWith(
                        "(pattern STRING, text STRING) ARRAY<STRING>",
                        () -> withPattern(0, (pattern, a) -> every(pattern, (String) a[1], 0)))
                .strictWith(
                        "(pattern STRING, text STRING, group INTEGER) ARRAY<STRING>",
                        () -> withPattern(0, (pattern, a) -> every(pattern, (String) a[1], (Integer) a[2])))
                .example("REGEXP_EXTRACT_ALL('(\\w+) (\\w+)', 'hello there nice day', 2) => ARRAY['there', 'day']")
                .build();
    }

    private static @Nullable List<@Nullable String> every(ClientPattern pattern, String text, int group) {
        Matcher matcher = pattern.matcher(text);
        if (group < 0 || group > matcher.groupCount()) return null;
        List<@Nullable String> matches = new ArrayList<>();
        while (matcher.find()) matches.add(matcher.group(group));
        return matches;
    }

    private static SqlFunction replace() {
        return Scalar.named("REGEXP_REPLACE", Strings.CATEGORY, "Replaces all matches of a pattern.")
                .strictWith(
                        "(text STRING, pattern STRING, replacement STRING) STRING",
                        () -> withPattern(1, (pattern, a) -> replaced(pattern, (String) a[0], (String) a[2])))
                .example("REGEXP_REPLACE('a1b22', '[0-9]+', '#') => 'a#b#'")
                .build();
    }

    private static String replaced(ClientPattern pattern, String text, String replacement) {
        long groups = replacement.chars().filter(c -> c == '$').count();
        Budget.checkSize(groups * text.length());
        try {
            var all = new StringBuilder();
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                matcher.appendReplacement(all, replacement);
                Budget.checkSize(all.length());
            }
            return matcher.appendTail(all).toString();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new ValueProblem("REGEXP_REPLACE: no such group in the pattern: " + replacement, e);
        }
    }

    private static SqlFunction split() {
        return Scalar.named("REGEXP_SPLIT_TO_ARRAY", Strings.CATEGORY, "Splits a string where a pattern matches.")
                .strictWith(
                        "(text STRING, pattern STRING) ARRAY<STRING>",
                        () -> withPattern(1, (pattern, a) -> parts(pattern, (String) a[0])))
                .example("REGEXP_SPLIT_TO_ARRAY('a1b22c', '[0-9]+') => ARRAY['a', 'b', 'c']")
                .build();
    }

    private static List<String> parts(ClientPattern pattern, String text) {
        if (pattern.toString().isEmpty()) return Splits.parts(text, "");
        List<String> parts = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        int start = 0;
        while (matcher.find()) {
            if (matcher.end() == 0 && start == 0) continue;
            parts.add(text.substring(start, matcher.start()));
            start = matcher.end();
        }
        parts.add(text.substring(start));
        return parts;
    }
}
