package barnabas.sim;

import barnabas.base.Clock;
import barnabas.base.Threads;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// One process of the simulated world: a run of a node from its start to its end, or all clients together. It has a
/// clock whose wall time can jump, and threads that end with [#kill] wherever they stand.
final class SimulatedProcess implements Threads, Clock {
    /// 2026-01-01.
    private static final long EPOCH_MILLIS = 1_767_225_600_000L;

    private final Simulation simulation;
    private final String name;
    private final Findings findings;
    private long wallOffsetMillis;
    private long backwardsNanos;
    private final Set<Runnable> whenEnded = new LinkedHashSet<>();
    private boolean dead;
    private long allocationsToError = Long.MAX_VALUE;

    SimulatedProcess(String name, Simulation simulation, Findings findings) {
        this.name = name;
        this.simulation = simulation;
        this.findings = findings;
    }

    String name() {
        return name;
    }

    boolean isDead() {
        return dead;
    }

    /// Ends all threads where they stand: none runs another step.
    void kill() {
        dead = true;
        simulation.forget(this);
        List<Runnable> watchers = List.copyOf(whenEnded);
        whenEnded.clear();
        watchers.forEach(Runnable::run);
    }

    /// Has `watcher` run when this process ends, where nothing may wait.
    void whenEnded(Runnable watcher) {
        whenEnded.add(watcher);
    }

    void forget(Runnable watcher) {
        whenEnded.remove(watcher);
    }

    /// Parks the calling thread for ever: its process has ended inside a call of the world.
    void endHere() {
        kill();
        while (true) LockSupport.park(this);
    }

    /// The n-th buffer or thread from now on cannot be had.
    void errAfter(long allocations) {
        allocationsToError = allocations;
    }

    boolean willErr() {
        return allocationsToError < Long.MAX_VALUE;
    }

    /// Called where memory is asked for, on a thread of this process.
    void allocates() {
        if (allocationsToError == Long.MAX_VALUE || !Thread.currentThread().isVirtual() || --allocationsToError > 0)
            return;
        allocationsToError = Long.MAX_VALUE;
        throw new OutOfMemoryError("simulated");
    }

    // ---- threads

    private Thread make(String thread, Runnable work) {
        allocates();
        String whole = name + "/" + thread;
        Thread made = SimulatedThreads.make(
                (self, continuation) -> {
                    if (!dead) simulation.ready(this, self, continuation);
                },
                whole,
                () -> {
                    try {
                        work.run();
                    } catch (Throwable e) {
                        fail(thread, e);
                    }
                });
        simulation.made(made);
        return made;
    }

    @Override
    public Thread start(String thread, Runnable work) {
        Thread made = make(thread, work);
        made.start();
        return made;
    }

    @Override
    public ExecutorService perTask(String thread) {
        return new SimulatedExecutor(this, work -> make(thread, work));
    }

    @Override
    public ExecutorService pool(String thread, int threadsMax) {
        return new ThreadPoolExecutor(
                threadsMax, threadsMax, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> make(thread, work));
    }

    @Override
    public ThreadFactory loops(ThreadFactory makes) {
        throw new UnsupportedOperationException("event loops of a library cannot be simulated");
    }

    @Override
    public void fail(String what, Throwable cause) {
        if (dead) return;
        findings.threadFailed(name, what, cause);
        kill(); // a node that fails halts
    }

    // ---- time

    /// Sets the wall clock forward or back; timeouts do not follow.
    void jump(long millis) {
        wallOffsetMillis += millis;
    }

    /// Sets the monotonic clock back, which no machine does.
    void goBack(long nanos) {
        backwardsNanos += nanos;
    }

    @Override
    public long millis() {
        return EPOCH_MILLIS + wallOffsetMillis + simulation.nanos() / 1_000_000;
    }

    @Override
    public long nanos() {
        return simulation.nanos() - backwardsNanos;
    }

    /// Runs `action` on a thread of this process after a while, unless it is cancelled or the process ends before.
    Simulation.Timer after(long delayNanos, String thread, Runnable action) {
        return later(delayNanos, () -> start(thread, action));
    }

    /// Runs `action` on the simulation's thread after a while, unless it is cancelled or the process ends before.
    Simulation.Timer later(long delayNanos, Runnable action) {
        return simulation.after(delayNanos, () -> {
            if (!dead) action.run();
        });
    }

    @Override
    public void parkUntil(Object blocker, long deadlineNanos) {
        if (deadlineNanos - nanos() <= 0) return;
        Thread waiting = Thread.currentThread();
        Simulation.Timer timer = simulation.at(deadlineNanos + backwardsNanos, () -> LockSupport.unpark(waiting));
        try {
            LockSupport.park(blocker);
        } finally {
            timer.cancel();
        }
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the caller has the loop
    public void awaitUntil(ReentrantLock lock, Condition condition, long deadlineNanos) throws InterruptedException {
        long left = deadlineNanos - nanos();
        if (left <= 0) return;
        Simulation.Timer timer = after(left, "alarm", () -> {
            lock.lock();
            try {
                condition.signalAll();
            } finally {
                lock.unlock();
            }
        });
        try {
            condition.await();
        } finally {
            timer.cancel();
        }
    }

    /// Waits for a while, on a thread of this process.
    void pause(long forNanos) {
        long end = nanos() + forNanos;
        while (end - nanos() > 0 && !Thread.currentThread().isInterrupted()) parkUntil(this, end);
    }
}
