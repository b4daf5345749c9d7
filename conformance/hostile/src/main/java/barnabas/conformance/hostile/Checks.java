package barnabas.conformance.hostile;

/// Counts what held and what did not, and prints a line for each.
final class Checks {
    private int passed;
    private int failed;

    void check(String what, boolean holds) {
        System.out.println((holds ? "ok " : "not ok ") + what);
        if (holds) passed++;
        else failed++;
    }

    int passed() {
        return passed;
    }

    int failed() {
        return failed;
    }
}
