package barnabas.config.dynamic;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/// A regular expression that a client sent, in RE2 syntax: matched in time linear to the text, and bounded in what its
/// program takes. The only place where an expression is compiled that is not a constant of this source.
///
/// RE2 limits each repetition to 1,000 but not the product of nested ones: `((a{1000}){1000}){1000}` would take
/// gigabytes, and long sequences of optional parts would take the stack.
public final class ClientPattern {
    /// Characters of an expression.
    public static final int LENGTH_MAX = 1_024;
    /// The product of all `{n}` of an expression.
    public static final int REPEATS_MAX = 1_000;
    /// The length of an expression times the product of its repetitions, which bounds what the compiler makes of it.
    public static final int UNROLLED_MAX = 20_000;
    /// Instructions of the compiled program; each may be looked at for each character of a text.
    public static final int PROGRAM_MAX = 2_000;

    private final Pattern pattern;

    private ClientPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /// The outcome of [#read].
    public sealed interface Reading {
        record Valid(ClientPattern pattern) implements Reading {}

        /// @param why the end of a sentence that begins with the expression
        record Invalid(String why) implements Reading {}
    }

    public static Reading read(String expression) {
        if (expression.length() > LENGTH_MAX) return new Reading.Invalid("it is longer than " + LENGTH_MAX);
        long repeats = repeats(expression);
        if (repeats > REPEATS_MAX) {
            return new Reading.Invalid("its repetitions multiply to more than " + REPEATS_MAX);
        }
        if (repeats * expression.length() > UNROLLED_MAX) return new Reading.Invalid("it is too large when unrolled");
        try {
            Pattern pattern = Pattern.compile(expression);
            if (pattern.programSize() > PROGRAM_MAX) return new Reading.Invalid("it is too large when compiled");
            return new Reading.Valid(new ClientPattern(pattern));
        } catch (PatternSyntaxException e) {
            return new Reading.Invalid(e.getDescription());
        } catch (StackOverflowError e) {
            return new Reading.Invalid("it is nested too deeply");
        }
    }

    /// Whether the expression matches the whole text.
    public boolean matches(String text) {
        return pattern.matches(text);
    }

    /// Matches of the expression within the text, with their groups.
    public Matcher matcher(String text) {
        return pattern.matcher(text);
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }

    /// An upper bound: the product of all repetition counts, as if each were inside the one before.
    private static long repeats(String expression) {
        long product = 1;
        int at = expression.indexOf('{');
        while (at >= 0) {
            int end = expression.indexOf('}', at);
            if (end < 0) break;
            product = Math.min(product * Math.max(count(expression, at + 1, end), 1), Integer.MAX_VALUE);
            at = expression.indexOf('{', at + 1);
        }
        return product;
    }

    /// The larger number of `n`, `n,` or `n,m`; 0 for anything else, which is no repetition.
    private static int count(String expression, int from, int to) {
        int largest = 0;
        int number = 0;
        for (int i = from; i < to; i++) {
            char each = expression.charAt(i);
            if (each == ',') {
                number = 0;
            } else if (each >= '0' && each <= '9') {
                number = Math.min(number * 10 + (each - '0'), Short.MAX_VALUE);
                largest = Math.max(largest, number);
            } else {
                return 0;
            }
        }
        return largest;
    }
}
