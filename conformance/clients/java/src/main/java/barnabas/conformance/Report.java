package barnabas.conformance;

/// Runs checks one after another and prints one line for each: `ok NAME (TIME)` or `not ok NAME: why`, which is what
/// `run` counts.
final class Report {

    /// One thing to prove; any exception or failed assertion means that it does not hold.
    interface Check {
        void run() throws Exception;
    }

    private int failed;

    void check(String name, Check check) {
        long start = System.nanoTime();
        try {
            check.run();
            System.out.println("ok " + name + " (" + (System.nanoTime() - start) / 1_000_000 + " ms)");
        } catch (Exception | AssertionError e) {
            failed++;
            System.out.println("not ok " + name + ": " + e);
            e.printStackTrace();
        }
    }

    /// The exit code for what was reported so far: 0 or 1.
    int exitCode() {
        return failed == 0 ? 0 : 1;
    }

    static void that(boolean condition, String format, Object... arguments) {
        if (!condition) {
            throw new AssertionError(format.formatted(arguments));
        }
    }

    static void same(Object expected, Object actual, String what) {
        that(expected.equals(actual), "%s: expected %s, got %s", what, expected, actual);
    }
}
