package barnabas.base;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// Waits for the end of threads whose work must not be left half done.
public final class Joining {
    private static final long LOOK_NANOS = 1_000_000;

    private Joining() {}

    /// Waits until the work of an executor that was shut down has ended, for a while at most and until the caller is
    /// interrupted, which stays set. Interrupts none of the work.
    ///
    /// @return false when some of it has not ended
    public static boolean awaitEnd(ExecutorService executor, Clock clock, long nanosMax) {
        long deadline = clock.nanos() + nanosMax;
        while (!executor.isTerminated()) {
            long now = clock.nanos();
            if (now - deadline >= 0 || Thread.currentThread().isInterrupted()) return false;
            clock.parkUntil(executor, Math.min(deadline, now + LOOK_NANOS));
        }
        return true;
    }

    /// Waits for the end of `thread`. An interrupt of the caller does not end the wait, and stays set.
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /// Waits for the result of work that throws nothing checked. An interrupt of the caller does not end the wait, and
    /// stays set.
    public static <T> T resultOf(Future<T> work) {
        return resultOf(work, () -> {});
    }

    /// The same.
    ///
    /// @param interrupted run at each interrupt of the caller
    static <T> T resultOf(Future<T> work, Runnable interrupted) {
        boolean wasInterrupted = false;
        try {
            while (true) {
                try {
                    return work.get();
                } catch (InterruptedException e) {
                    wasInterrupted = true;
                    interrupted.run();
                }
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) throw cause;
            if (failed.getCause() instanceof Error cause) throw cause;
            throw new IllegalStateException("bug: work has thrown a checked exception", failed.getCause());
        } finally {
            if (wasInterrupted) Thread.currentThread().interrupt();
        }
    }
}
