package barnabas.base;

/// Assertions that stay on in production: a failed check is a bug of ours, never bad input.
public final class Check {
    private Check() {}

    public static void that(boolean condition, String message) {
        if (!condition) throw new IllegalStateException("bug: " + message);
    }

    /// For messages with numbers: formatted only when the check fails.
    public static void that(boolean condition, String format, long first, long second) {
        if (!condition) throw new IllegalStateException("bug: " + String.format(format, first, second));
    }
}
