package barnabas.console.view;

import barnabas.client.ClientException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Loads a value for all who ask at the same moment: one loads, the others get its answer, or its failure. So a cluster
/// that hangs keeps all of them for one wait, not each for the waits of those before it. For any thread.
final class OneLoad<V> {
    /// The way to the cluster.
    @FunctionalInterface
    interface Source<V> {
        V load() throws ClientException, InterruptedException;
    }

    /// A load on its way. Its thread writes it before `ended`; without value and failure the thread has been stopped.
    private static final class Running<V> {
        private final CountDownLatch ended = new CountDownLatch(1);
        private @Nullable V value;
        private @Nullable ClientException failure;
    }

    private final Predicate<V> shared;
    private final AtomicReference<@Nullable Running<V>> running = new AtomicReference<>();

    /// @param shared false for a value that only the one who loaded gets: the others then load at the same time
    OneLoad(Predicate<V> shared) {
        this.shared = shared;
    }

    V value(Source<V> source) throws ClientException, InterruptedException {
        while (true) {
            var mine = new Running<V>();
            Running<V> other = running.compareAndExchange(null, mine);
            if (other == null) return load(mine, source);
            other.ended.await();
            ClientException failure = other.failure;
            if (failure != null) throw failure;
            V value = other.value;
            if (value != null) return shared.test(value) ? value : source.load();
        }
    }

    private V load(Running<V> mine, Source<V> source) throws ClientException, InterruptedException {
        try {
            V value = source.load();
            mine.value = value;
            return value;
        } catch (ClientException e) {
            // The client of this thread has gone: that is no failure of the others.
            if (!Thread.currentThread().isInterrupted()) mine.failure = e;
            throw e;
        } finally {
            running.set(null);
            mine.ended.countDown();
        }
    }
}
