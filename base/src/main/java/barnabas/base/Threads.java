package barnabas.base;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;

/// The thread seam: every thread and every executor of a node comes from here, so that a simulation can run a whole
/// node on a scheduler of its own.
///
/// A Throwable that leaves a thread or a pool's task ends the node ([#fail]). One task among many ([#perTask]) ends it
/// only with a fatal Error ([Failure#isFatal]).
public interface Threads {
    /// Starts a thread for one loop or one piece of work that may wait for the disk. A platform thread in production.
    Thread start(String name, Runnable work);

    /// Makes an executor that starts a virtual thread for every task: for work that waits.
    ExecutorService perTask(String name);

    /// Makes an executor of at most `threadsMax` platform threads, for work that waits for the disk. Threads come with
    /// the first tasks and end after half a minute without any. The queue has no limit of its own: callers limit
    /// what they hand in.
    ExecutorService pool(String name, int threadsMax);

    /// Makes the threads of event loops that a library runs.
    ThreadFactory loops(ThreadFactory makes);

    /// Ends the node, see [Failure].
    void fail(String what, Throwable cause);

    /// Threads of this JVM that report what leaves them to `failure`.
    static Threads system(Failure failure) {
        return new SystemThreads(failure);
    }

    /// Threads of this JVM for commands and tests: what leaves them goes to the JVM's own handler.
    Threads SYSTEM = system(Failure.UNCAUGHT);
}
