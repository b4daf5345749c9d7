package barnabas.client.group;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Thread that sends heartbeats: once per interval, and at once on request. Ends with [#close].
final class Heartbeats implements AutoCloseable {
    /// One beat.
    interface Beat {
        /// @return the pause until the next one
        Duration beat() throws InterruptedException;
    }

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition asked = lock.newCondition();
    private final Thread thread;
    private boolean now;
    private boolean closed;

    Heartbeats(String name, Duration first, Beat beat) {
        thread = Thread.ofVirtual().name(name).unstarted(() -> run(first, beat));
    }

    Heartbeats start() {
        thread.start();
        return this;
    }

    private void run(Duration first, Beat beat) {
        try {
            var pause = first;
            while (await(pause)) pause = beat.beat();
        } catch (InterruptedException e) {
            // Closed while the network hung.
        }
    }

    /// @return false when this is closed
    private boolean await(Duration pause) throws InterruptedException {
        lock.lock();
        try {
            long left = pause.toNanos();
            while (!now && !closed && left > 0) left = asked.awaitNanos(left);
            now = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    void beatNow() {
        lock.lock();
        try {
            now = true;
            asked.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Lets a beat that is on its way end, but does not wait for a network that hangs.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            asked.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(PATIENCE)) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
