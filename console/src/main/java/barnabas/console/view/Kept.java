package barnabas.console.view;

import barnabas.base.Clock;
import barnabas.client.ClientException;
import barnabas.client.StoppedException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A value that is asked for again when it is older than a moment: many pages that look at the same time cause one
/// request, and at most a fifth of the time goes into asking.
///
/// @param <T> immutable
final class Kept<T> {
    /// The way to a new value.
    @FunctionalInterface
    interface Source<T> {
        T load() throws ClientException;
    }

    /// Pause after a load, by the time that it took.
    private static final int PAUSE_FACTOR = 4;

    private final Clock clock;
    private final long freshNanos;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile @Nullable Entry<T> entry;

    private record Entry<T>(T value, long freshUntilNanos) {}

    Kept(Clock clock, Duration fresh) {
        this.clock = clock;
        this.freshNanos = fresh.toNanos();
    }

    T value(Source<T> source) throws ClientException {
        Entry<T> present = entry;
        if (present != null && isFresh(present)) return present.value;
        try {
            loading.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("stopped while waiting for the cluster");
        }
        try {
            present = entry;
            if (present != null && isFresh(present)) return present.value;
            long begun = clock.nanos();
            T value = source.load();
            long now = clock.nanos();
            entry = new Entry<>(value, now + Math.max(freshNanos, PAUSE_FACTOR * (now - begun)));
            return value;
        } finally {
            loading.unlock();
        }
    }

    private boolean isFresh(Entry<T> present) {
        return clock.nanos() - present.freshUntilNanos < 0;
    }

    /// Something has changed.
    void forget() {
        entry = null;
    }
}
