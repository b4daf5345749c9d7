package barnabas.base;

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
        return Joining.resultOf(task, thread::interrupt);
    }
}
