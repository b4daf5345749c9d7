package barnabas.console.view;

import barnabas.base.Clock;
import barnabas.client.ClientException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Answers of the cluster that several requests ask for at the same moment: one loads, the others wait for its answer.
/// For any thread.
///
/// @param <K> what is asked for; who asks is part of it
public final class Shared<K, V> {
    /// The way to the cluster.
    @FunctionalInterface
    public interface Source<V> {
        V load() throws ClientException, InterruptedException;
    }

    /// One answer. Owner: `turn`.
    private static final class Slot<V> {
        private final ReentrantLock turn = new ReentrantLock();
        private @Nullable V value;
        private long loadedNanos;
    }

    private final int slotsMax;
    private final long freshNanos;
    private final Predicate<V> kept;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<K, Slot<V>> slots = new LinkedHashMap<>(16, 0.75f, true); // guarded by lock

    /// @param slotsMax answers that are kept
    /// @param fresh age up to which an answer is used again
    /// @param kept false for answers that only the one who loaded gets
    public Shared(int slotsMax, Duration fresh, Predicate<V> kept) {
        this.slotsMax = slotsMax;
        this.freshNanos = fresh.toNanos();
        this.kept = kept;
    }

    public V value(K key, Clock clock, Source<V> source) throws ClientException, InterruptedException {
        Slot<V> slot = slot(key);
        slot.turn.lockInterruptibly();
        try {
            V present = slot.value;
            if (present != null && clock.nanos() - slot.loadedNanos < freshNanos) return present;
            V loaded = source.load();
            slot.value = kept.test(loaded) ? loaded : null;
            slot.loadedNanos = clock.nanos();
            return loaded;
        } finally {
            slot.turn.unlock();
        }
    }

    private Slot<V> slot(K key) {
        lock.lock();
        try {
            Slot<V> present = slots.get(key);
            if (present != null) return present;
            if (slots.size() >= slotsMax) slots.remove(slots.keySet().iterator().next());
            var made = new Slot<V>();
            slots.put(key, made);
            return made;
        } finally {
            lock.unlock();
        }
    }
}
