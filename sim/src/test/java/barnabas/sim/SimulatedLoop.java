package barnabas.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// An event loop: tasks in order, on one simulated thread.
final class SimulatedLoop {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Thread thread;
    private boolean closed;

    SimulatedLoop(String name, SimulatedProcess process) {
        this.thread = process.start(name, this::run);
    }

    void execute(Runnable task) {
        if (closed) return;
        tasks.add(task);
        LockSupport.unpark(thread);
    }

    boolean isCurrent() {
        return Thread.currentThread().equals(thread);
    }

    private void run() {
        while (!closed) {
            @Nullable Runnable task = tasks.poll();
            if (task == null) LockSupport.park(this);
            else task.run();
        }
    }

    /// Drops what has not run.
    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
