package barnabas.client;

import barnabas.base.Clock;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// End of a client, which ends its pauses. Thread-safe.
final class ClientEnd {
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition came = lock.newCondition();
    private volatile boolean closed;

    ClientEnd(Clock clock) {
        this.clock = clock;
    }

    boolean hasCome() {
        return closed;
    }

    void come() {
        lock.lock();
        try {
            closed = true;
            came.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the end.
    ///
    /// @return whether it has come
    boolean await(long nanosMax) throws InterruptedException {
        long deadline = clock.nanos() + nanosMax;
        lock.lockInterruptibly();
        try {
            while (!closed && deadline - clock.nanos() > 0) clock.awaitUntil(lock, came, deadline);
            return closed;
        } finally {
            lock.unlock();
        }
    }
}
