package barnabas.registry.kinds;

import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressions;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// A regular expression of a JSON schema, as the library reads it, that ends after a number of steps: the time for
/// `(a|a?)+` with a reference behind it doubles with each character of the data. All expressions of one check, and its
/// references, share the steps.
record BoundedPattern(Pattern pattern) implements RegularExpression {
    static final SchemaRegistryConfig CONFIG = SchemaRegistryConfig.builder()
            .regularExpressionFactory(BoundedPattern::of)
            .build();

    private static final long STEPS_MIN = 1_000_000;
    private static final int STEPS_PER_CHAR = 20;
    private static final int STEPS_OF_REFERENCE = 10;
    private static final ScopedValue<Steps> LEFT = ScopedValue.newInstance();

    private static BoundedPattern of(String text) {
        String java =
                RegularExpressions.replaceLongformCharacterProperties(RegularExpressions.replaceDollarAnchors(text));
        return new BoundedPattern(Pattern.compile(java));
    }

    /// Checks data with the steps that its length allows.
    ///
    /// @throws TooManySteps when they do not suffice
    static <T> T within(int chars, Supplier<T> check) {
        return ScopedValue.where(LEFT, new Steps(chars)).call(check::get);
    }

    @Override
    public boolean matches(String text) {
        Steps steps = LEFT.isBound() ? LEFT.get() : new Steps(text.length());
        return pattern.matcher(new CountedText(text, steps)).find();
    }

    /// Counts the check of a schema that another one refers to.
    ///
    /// @throws TooManySteps when there have been too many
    static void followReference() {
        if (LEFT.isBound()) LEFT.get().take(STEPS_OF_REFERENCE);
    }

    /// The data is not of the schema as far as anybody can wait for. An error, as the library writes each exception to
    /// the log with its stack.
    static final class TooManySteps extends Error {
        private static final long serialVersionUID = 1;

        TooManySteps() {
            super("its regular expressions or references take too long", null, false, false);
        }
    }

    /// Steps that are left. Owner: the thread that checks.
    private static final class Steps {
        private long left;

        Steps(int chars) {
            left = STEPS_MIN + (long) STEPS_PER_CHAR * chars;
        }

        void take(int steps) {
            left -= steps;
            if (left < 0) throw new TooManySteps();
        }
    }

    /// A text that counts how often one of its characters is looked at.
    private record CountedText(String text, Steps steps) implements CharSequence {
        @Override
        public char charAt(int index) {
            steps.take(1);
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
