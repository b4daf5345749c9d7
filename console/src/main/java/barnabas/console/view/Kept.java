package barnabas.console.view;

import barnabas.base.Clock;
import barnabas.client.ClientException;
import barnabas.client.StoppedException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A value that is asked for again when it is older than a moment: many pages that look at the same time cause one
/// request.
///
/// @param <T> immutable
final class Kept<T> {
    /// The way to a new value.
    @FunctionalInterface
    interface Source<T> {
        T load() throws ClientException;
    }

    private final Clock clock;
    private final long freshNanos;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile @Nullable Entry<T> entry;

    private record Entry<T>(T value, long nanos) {}

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
            T value = source.load();
            entry = new Entry<>(value, clock.nanos());
            return value;
        } finally {
            loading.unlock();
        }
    }

    private boolean isFresh(Entry<T> present) {
        return clock.nanos() - present.nanos < freshNanos;
    }

    /// Something has changed.
    void forget() {
        entry = null;
    }
}
