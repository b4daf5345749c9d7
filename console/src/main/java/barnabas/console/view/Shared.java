package barnabas.console.view;

import barnabas.base.Clock;
import barnabas.client.ClientException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Answers of the cluster that several requests ask for at the same moment: one loads, the others wait for its answer,
/// which may be a failure. For any thread.
///
/// @param <K> what is asked for; who asks is part of it
public final class Shared<K, V> {
    /// The way to the cluster.
    @FunctionalInterface
    public interface Source<V> {
        V load() throws ClientException, InterruptedException;
    }

    private record Entry<V>(V value, long loadedNanos) {}

    /// One answer.
    private static final class Slot<V> {
        private final OneLoad<V> loads;
        private volatile @Nullable Entry<V> entry; // written by the thread that loads

        Slot(Predicate<V> kept) {
            this.loads = new OneLoad<>(kept);
        }
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
        Entry<V> entry = slot.entry;
        if (entry != null && isFresh(entry, clock)) return entry.value;
        return slot.loads.value(() -> {
            Entry<V> present = slot.entry;
            if (present != null && isFresh(present, clock)) return present.value;
            V loaded = source.load();
            slot.entry = kept.test(loaded) ? new Entry<>(loaded, clock.nanos()) : null;
            return loaded;
        });
    }

    private boolean isFresh(Entry<V> entry, Clock clock) {
        return clock.nanos() - entry.loadedNanos < freshNanos;
    }

    private Slot<V> slot(K key) {
        lock.lock();
        try {
            Slot<V> present = slots.get(key);
            if (present != null) return present;
            if (slots.size() >= slotsMax) slots.remove(slots.keySet().iterator().next());
            var made = new Slot<>(kept);
            slots.put(key, made);
            return made;
        } finally {
            lock.unlock();
        }
    }
}
