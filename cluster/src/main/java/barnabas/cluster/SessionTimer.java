package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.base.Joining;
import barnabas.base.Threads;
import barnabas.metadata.OwnController;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Has the controller of this node look for brokers whose session is over or whose process may have ended, several
/// times in a session. One thread.
final class SessionTimer implements AutoCloseable {
    private static final int LOOKS_PER_SESSION = 18;

    private final OwnController controller;
    private final EndedBrokers ended;
    private final long intervalNanos;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    /// Guarded by `lock`.
    private boolean closing;

    SessionTimer(OwnController controller, EndedBrokers ended, long sessionMillis, Clock clock, Threads threads) {
        this.controller = controller;
        this.ended = ended;
        this.intervalNanos = Math.max(1, sessionMillis / LOOKS_PER_SESSION) * 1_000_000;
        this.clock = clock;
        this.thread = threads.start("broker-sessions", this::run);
    }

    private void run() {
        try {
            while (pause()) {
                controller.expireSessions();
                ended.look();
            }
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
