package barnabas.base;

import java.util.concurrent.locks.ReentrantLock;

/// A lock for state whose owner does file work while it holds it, instead of a monitor:
/// `try (var _ = mutex.hold()) { … }`. A thread that waits for it is parked, which a simulation decides; one that waits
/// for a monitor is not.
public final class Mutex extends ReentrantLock implements AutoCloseable {
    private static final long serialVersionUID = 1;

    /// Locks; [#close] unlocks.
    public Mutex hold() {
        lock();
        return this;
    }

    @Override
    public void close() {
        unlock();
    }
}
