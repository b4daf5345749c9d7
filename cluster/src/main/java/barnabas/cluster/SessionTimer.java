package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.base.Joining;
import barnabas.base.Threads;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Runs, several times in a session, what the active controller looks for by itself: brokers whose session is over or
/// whose process may have ended, leaders that are not the preferred ones. One thread.
final class SessionTimer implements AutoCloseable {
    private static final int LOOKS_PER_SESSION = 18;

    private final List<Runnable> looks;
    private final long intervalNanos;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    /// Guarded by `lock`.
    private boolean closing;

    /// @param looks each does nothing while another node leads
    SessionTimer(List<Runnable> looks, long sessionMillis, Clock clock, Threads threads) {
        this.looks = List.copyOf(looks);
        this.intervalNanos = Math.max(1, sessionMillis / LOOKS_PER_SESSION) * 1_000_000;
        this.clock = clock;
        this.thread = threads.start("broker-sessions", this::run);
    }

    private void run() {
        try {
            while (pause()) for (Runnable each : looks) each.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// False at the end.
    private boolean pause() throws InterruptedException {
        long until = clock.nanos() + intervalNanos;
        lock.lock();
        try {
            while (!closing && clock.nanos() - until < 0) clock.awaitUntil(lock, changed, until);
            return !closing;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        Joining.join(thread);
    }
}
