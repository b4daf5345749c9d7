package barnabas.base;

/// Receives what a node cannot survive: a Throwable that left one of its threads, a failed metadata log, memory that
/// ran out. The program decides how the node ends: the process halts, or an embedded broker stops itself.
@FunctionalInterface
public interface Failure {
    /// Any thread; may be called more than once, and by several threads at a time. Must not throw.
    ///
    /// @param what the thread or the part that failed, as a log line names it
    void failed(String what, Throwable cause);

    /// Passes the cause to the JVM's handler of uncaught exceptions: for commands and tests.
    Failure UNCAUGHT = (_, cause) -> {
        Thread thread = Thread.currentThread();
        ThreadGroup group = thread.getThreadGroup();
        if (group != null) group.uncaughtException(thread, cause);
    };
}
