package barnabas.console.view;

import barnabas.base.Clock;
import barnabas.client.ClientException;
import barnabas.client.StoppedException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A value that is asked for again when it is older than a moment: many pages that look at the same time cause one
/// request, and at most a fifth of the time goes into asking. A value that is only a little older is answered at once
/// while the next one is loaded behind the answer, so that pages of large clusters do not wait for it.
///
/// @param <T> immutable
final class Kept<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Kept.class);

    /// The way to a new value.
    @FunctionalInterface
    interface Source<T> {
        T load() throws ClientException;
    }

    private static final long USABLE_NANOS = TimeUnit.SECONDS.toNanos(15);
    /// Pause after a load, by the time that it took.
    private static final int PAUSE_FACTOR = 4;

    private final Clock clock;
    private final long freshNanos;
    private final @Nullable Executor background;
    private final AtomicBoolean reloading = new AtomicBoolean();
    private final AtomicInteger changes = new AtomicInteger();
    private volatile OneLoad<T> loads = new OneLoad<>(_ -> true);
    private volatile @Nullable Entry<T> entry;

    private record Entry<T>(T value, long freshUntilNanos) {}

    /// @param background loads values behind answers; null for none, where every value must be fresh
    Kept(Clock clock, Duration fresh, @Nullable Executor background) {
        this.clock = clock;
        this.background = background;
        this.freshNanos = fresh.toNanos();
    }

    T value(Source<T> source) throws ClientException {
        Entry<T> present = entry;
        if (present != null && (isFresh(present) || isReloaded(present, source))) return present.value;
        try {
            return loads.value(() -> {
                Entry<T> loaded = entry;
                return loaded != null && isFresh(loaded) ? loaded.value : load(source);
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("stopped while waiting for the cluster");
        }
    }

    private T load(Source<T> source) throws ClientException {
        int before = changes.get();
        long begun = clock.nanos();
        T value = source.load();
        long now = clock.nanos();
        // A change in between may be missing in the value.
        if (changes.get() == before)
            entry = new Entry<>(value, now + Math.max(freshNanos, PAUSE_FACTOR * (now - begun)));
        return value;
    }

    /// Whether a value is young enough to be answered; the next one is then on its way.
    private boolean isReloaded(Entry<T> present, Source<T> source) {
        Executor executor = background;
        if (executor == null || clock.nanos() - present.freshUntilNanos > USABLE_NANOS) return false;
        if (!reloading.compareAndSet(false, true)) return true;
        try {
            executor.execute(() -> reload(source));
        } catch (RejectedExecutionException closing) {
            reloading.set(false);
        }
        return true;
    }

    private void reload(Source<T> source) {
        try {
            var _ = loads.value(() -> load(source));
        } catch (ClientException e) {
            LOG.debug("The value before stays for now", e);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            reloading.set(false);
        }
    }

    private boolean isFresh(Entry<T> present) {
        return clock.nanos() - present.freshUntilNanos < 0;
    }

    /// Something has changed.
    void forget() {
        changes.incrementAndGet();
        entry = null;
        // Who asks from now on does not get what is on its way.
        loads = new OneLoad<>(_ -> true);
    }
}
