package barnabas.base;

/// Receives what a node cannot survive: a Throwable that left one of its threads, a failed metadata log, a loop that
/// stands still. The program decides how the node ends: the process halts, or an embedded broker stops itself.
@FunctionalInterface
public interface Failure {
    /// Any thread; may be called more than once, and by several threads at a time. Must not throw.
    ///
    /// @param what the thread or the part that failed, as a log line names it
    void failed(String what, Throwable cause);

    /// True for an Error after which the process may not be whole: memory ran out, a class cannot be loaded, or
    /// anything that is not known here. An exception, a stack that overflowed or a failed assertion costs only
    /// the work that threw it.
    static boolean isFatal(Throwable cause) {
        return cause instanceof Error && !(cause instanceof StackOverflowError || cause instanceof AssertionError);
    }

    /// Ends a block that catches every Throwable and has answered for it: throws a fatal one again, so that it leaves
    /// the thread and ends the node, and returns for every other.
    static void rethrowIfFatal(Throwable cause) {
        if (cause instanceof Error error && isFatal(error)) throw error;
    }

    /// Passes the cause to the JVM's handler of uncaught exceptions: for commands and tests.
    Failure UNCAUGHT = (_, cause) -> {
        Thread thread = Thread.currentThread();
        ThreadGroup group = thread.getThreadGroup();
        if (group != null) group.uncaughtException(thread, cause);
    };
}
