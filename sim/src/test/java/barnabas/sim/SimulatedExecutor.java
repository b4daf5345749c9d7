package barnabas.sim;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// A thread of a process for each task. Unlike the JDK's, it interrupts them in the order of their start: that of a
/// set of threads follows from their ids, which count all threads of the JVM.
final class SimulatedExecutor extends AbstractExecutorService {
    private static final long LOOK_NANOS = 1_000_000;

    private final SimulatedProcess process;
    private final Function<Runnable, Thread> makes;
    private final Set<Thread> threads = new LinkedHashSet<>();
    private boolean shut;

    SimulatedExecutor(SimulatedProcess process, Function<Runnable, Thread> makes) {
        this.process = process;
        this.makes = makes;
    }

    @Override
    public void execute(Runnable task) {
        if (shut) throw new RejectedExecutionException();
        Thread made = makes.apply(() -> {
            try {
                task.run();
            } finally {
                threads.remove(Thread.currentThread());
            }
        });
        threads.add(made);
        made.start();
    }

    @Override
    public void shutdown() {
        shut = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shut = true;
        for (Thread each : List.copyOf(threads)) each.interrupt();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shut;
    }

    @Override
    public boolean isTerminated() {
        return shut && threads.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long end = process.nanos() + unit.toNanos(timeout);
        while (!isTerminated()) {
            if (Thread.interrupted()) throw new InterruptedException();
            if (process.nanos() - end >= 0) return false;
            process.pause(LOOK_NANOS);
        }
        return true;
    }
}
