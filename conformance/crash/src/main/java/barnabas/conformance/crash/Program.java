package barnabas.conformance.crash;

/// A program that ends when its work has ended or failed: a client that cannot be closed does not keep it.
public final class Program {
    private Program() {}

    /// Work of a program.
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    /// Does not return. The exit code is 1, with the stack trace on standard error, when the work fails.
    public static void run(Work work) {
        int code = 1;
        try {
            work.run();
            code = 0;
        } catch (Exception | Error e) {
            e.printStackTrace();
        } finally {
            // also when there is no memory left for the stack trace
            System.exit(code);
        }
    }
}
