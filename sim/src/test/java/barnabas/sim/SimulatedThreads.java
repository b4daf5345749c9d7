package barnabas.sim;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/// Makes virtual threads with a scheduler of one's own, which the JDK has and does not publish: needs
/// `--add-opens java.base/java.lang=ALL-UNNAMED`.
final class SimulatedThreads {
    private static final MethodHandle NEW = find();

    /// Takes the continuations of threads that can go on.
    @FunctionalInterface
    interface Scheduler {
        void ready(Thread thread, Runnable continuation);
    }

    private SimulatedThreads() {}

    private static MethodHandle find() {
        try {
            Class<?> builders = Class.forName("java.lang.ThreadBuilders");
            return MethodHandles.privateLookupIn(builders, MethodHandles.lookup())
                    .findStatic(
                            builders,
                            "newVirtualThread",
                            MethodType.methodType(
                                    Thread.class, Executor.class, String.class, int.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("run with --add-opens java.base/java.lang=ALL-UNNAMED", e);
        }
    }

    /// A thread that is not started; its continuations go to `scheduler`.
    static Thread make(Scheduler scheduler, String name, Runnable work) {
        var self = new AtomicReference<Thread>();
        Executor executor = continuation -> scheduler.ready(self.get(), continuation);
        try {
            var made = (Thread) NEW.invoke(executor, name, 0, work);
            self.set(made);
            return made;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
