package barnabas.base;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/// Work that calls itself deeper than the stack of other threads allows. The caller waits for it.
public final class LargeStack {
    /// Memory is taken for the part that is used.
    private static final long BYTES = 64L << 20;

    private LargeStack() {}

    /// An interrupt is passed on to the work, and kept for the caller.
    public static <T> T get(String name, Supplier<T> work) {
        var task = new FutureTask<T>(work::get);
        Thread thread = Thread.ofPlatform().name(name).stackSize(BYTES).daemon().start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    thread.interrupt();
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException cause) throw cause;
                    if (e.getCause() instanceof Error cause) throw cause;
                    throw new IllegalStateException(e);
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
