package barnabas.sim;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// One virtual clock and the scheduler of all simulated threads. Every thread of every simulated process is a virtual
/// thread whose continuations are run here, one at a time, on the thread that called [#run]; a seed decides which of
/// those that are ready comes next. When none is ready, time goes on to the next timer.
///
/// ```
///   ready:  [n1/request] [n2/loop-0] [clients/producer-1]     the seed takes one; it runs until it parks or ends
///   timers: 12.000 unpark n1/upkeep, 12.004 frame 31 -> n2    the next one, when nothing is ready
/// ```
///
/// Owner: the thread in [#run]; everything simulated runs on it. Other threads may call only [#ready].
final class Simulation {
    /// A piece of virtual time that every step takes, so that busy threads do not stop the clock.
    private static final int STEP_NANOS_MAX = 20_000;
    /// Lines of a stack in a message.
    private static final int FRAMES_MAX = 25;
    private static final int THREADS_BEFORE_PURGE_MIN = 1_000;

    /// A thread that can go on.
    private record Ready(SimulatedProcess process, Thread thread, Runnable continuation) {}

    /// A thread that a thread of the JVM has resumed.
    private record Stray(Thread thread, String resumedBy) {}

    /// Something that happens at a moment.
    static final class Timer implements Comparable<Timer> {
        private final long nanos;
        private final long number;
        private final Runnable action;
        private boolean cancelled;

        private Timer(long nanos, long number, Runnable action) {
            this.nanos = nanos;
            this.number = number;
            this.action = action;
        }

        void cancel() {
            cancelled = true;
        }

        boolean isCancelled() {
            return cancelled;
        }

        @Override
        public int compareTo(Timer other) {
            return nanos != other.nanos ? Long.compare(nanos, other.nanos) : Long.compare(number, other.number);
        }
    }

    private final SplittableRandom random;
    private final Transcript transcript;
    private final List<Ready> ready = new ArrayList<>();
    private final Queue<Stray> foreign = new ConcurrentLinkedQueue<>();
    /// Those that have not ended, for messages; not kept alive by it.
    private final List<WeakReference<Thread>> threads = new ArrayList<>();
    private int threadsBeforePurge = THREADS_BEFORE_PURGE_MIN;
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final Thread runner = Thread.currentThread();
    private long nanos;
    private long timersMade;
    private long steps;

    Simulation(long seed, Transcript transcript) {
        this.random = new SplittableRandom(seed);
        this.transcript = transcript;
    }

    /// Nanoseconds since the simulation began.
    long nanos() {
        return nanos;
    }

    long steps() {
        return steps;
    }

    /// A generator of its own for one part of the simulation, so that parts do not shift each other's numbers.
    SplittableRandom randomOfItsOwn() {
        return random.split();
    }

    /// A thread that is about to start.
    void made(Thread thread) {
        threads.add(new WeakReference<>(thread));
        if (threads.size() < threadsBeforePurge) return;
        threads.removeIf(each -> {
            Thread present = each.get();
            return present == null || !present.isAlive();
        });
        threadsBeforePurge = Math.max(THREADS_BEFORE_PURGE_MIN, 2 * threads.size());
    }

    /// Adds a continuation of a thread that can go on. One that a thread of the JVM adds, because a contended monitor
    /// is free again, ends the simulation: its moment is not decided by the seed.
    void ready(SimulatedProcess process, Thread thread, Runnable continuation) {
        var resumed = new Ready(process, thread, continuation);
        Thread resuming = Thread.currentThread();
        if (resuming == runner || resuming.isVirtual()) ready.add(resumed);
        else foreign.add(new Stray(thread, resuming.getName()));
    }

    /// Runs `action` on the simulation's own thread, which must not wait, at `atNanos` or now.
    Timer at(long atNanos, Runnable action) {
        var timer = new Timer(Math.max(atNanos, nanos), timersMade++, action);
        timers.add(timer);
        return timer;
    }

    Timer after(long delayNanos, Runnable action) {
        return at(nanos + delayNanos, action);
    }

    /// Runs until `until` says so.
    ///
    /// @param until looked at between steps
    /// @throws StuckException when nothing can happen any more, or too much has
    void run(BooleanSupplier until, long nanosMax, long stepsMax) {
        while (!until.getAsBoolean()) {
            if (nanos > nanosMax || steps > stepsMax) {
                throw new StuckException("no end after " + nanos / 1_000_000 + " ms and " + steps + " steps");
            }
            step();
        }
    }

    private void step() {
        Stray stray = foreign.poll();
        if (stray != null)
            throw new StuckException(stray.thread.getName() + " was blocked by a monitor, until " + stray.resumedBy
                    + " resumed it at" + whereIs(stray.thread) + ": use a ReentrantLock");
        Timer due = timers.peek();
        while (due != null && (due.isCancelled() || due.nanos <= nanos)) {
            timers.remove();
            if (!due.isCancelled()) {
                transcript.at(nanos);
                due.action.run();
            }
            due = timers.peek();
        }
        if (ready.isEmpty()) {
            if (due == null) throw new StuckException("nothing is left to happen");
            nanos = due.nanos;
            return;
        }
        int at = ready.size() == 1 ? 0 : random.nextInt(ready.size());
        Ready next = ready.get(at);
        Ready last = ready.removeLast();
        if (at < ready.size()) ready.set(at, last);
        if (next.process.isDead()) return;
        steps++;
        transcript.at(nanos);
        transcript.step(next.thread.getName());
        next.continuation.run();
        if (next.thread.getState() == Thread.State.BLOCKED) throw new StuckException(blocked(next.thread));
        nanos += 1 + random.nextInt(STEP_NANOS_MAX);
    }

    /// The message about a thread that a monitor blocks: where, and those that can hold it, since each has stopped in
    /// a call of the class that the monitor guards.
    private String blocked(Thread thread) {
        String guarded = thread.getStackTrace()[0].getClassName();
        var text = new StringBuilder(thread.getName() + " is blocked by a monitor, use a ReentrantLock: it is at");
        text.append(whereIs(thread))
                .append("; threads that have stopped in ")
                .append(guarded)
                .append(':');
        for (WeakReference<Thread> reference : threads) {
            Thread each = reference.get();
            boolean isIn = each != null
                    && each != thread
                    && Arrays.stream(each.getStackTrace())
                            .anyMatch(frame -> frame.getClassName().equals(guarded));
            if (isIn) text.append("\n  ").append(each.getName()).append(" at").append(whereIs(each));
        }
        return text.toString();
    }

    private static String whereIs(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .limit(FRAMES_MAX)
                .map(frame -> "\n    " + frame)
                .collect(Collectors.joining());
    }

    /// Drops the threads of a process that has ended.
    void forget(SimulatedProcess process) {
        ready.removeIf(each -> each.process == process);
    }

    /// The simulation cannot go on.
    static final class StuckException extends RuntimeException {
        private static final long serialVersionUID = 1;

        StuckException(String message) {
            super(message);
        }
    }
}
