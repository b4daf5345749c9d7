package barnabas.broker.placement;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Joining;
import barnabas.base.Threads;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Reports to the controller, the latest value for each key: one request at a time, with what
/// waits. The thread starts with the first entry.
///
/// Owner: `lock` for what waits.
public final class ControllerReports<K, V> implements AutoCloseable {
    /// Brings entries to the controller.
    @FunctionalInterface
    public interface Sender<K, V> {
        /// False to wait for the back-off before the next request.
        boolean send(Map<K, V> entries) throws InterruptedException;
    }

    /// @param thread its name
    /// @param entriesMax of one request
    /// @param backoffNanos wait after a request that did not do all it should
    public record Pace(String thread, int entriesMax, long backoffNanos) {}

    private final Pace pace;
    private final Sender<K, V> sender;
    private final Clock clock;
    private final Threads threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<K, V> waiting = new LinkedHashMap<>();
    private final Condition answered = lock.newCondition();
    private @Nullable Thread thread;
    private boolean sending;
    private boolean closed;

    public ControllerReports(Pace pace, Sender<K, V> sender, Clock clock, Threads threads) {
        this.pace = pace;
        this.sender = sender;
        this.clock = clock;
        this.threads = threads;
    }

    public void put(K key, V value) {
        lock.lock();
        try {
            if (closed) return;
            waiting.put(key, value);
            if (thread == null) thread = threads.start(pace.thread, this::run);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Keeps entries that were not answered for the next request, but for those with a later value.
    public void putBack(Map<K, V> unanswered) {
        lock.lock();
        try {
            unanswered.forEach(waiting::putIfAbsent);
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the controller has answered all entries there are.
    ///
    /// @return false when that did not happen in time
    public boolean awaitAnswers(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && (sending || !waiting.isEmpty())) {
                if (deadline.passed()) return false;
                deadline.await(lock, answered);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            boolean done = true;
            while (true) {
                Map<K, V> next = take(done);
                if (next.isEmpty()) return;
                done = sender.send(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return empty at the end
    private Map<K, V> take(boolean done) throws InterruptedException {
        lock.lock();
        try {
            sending = false;
            if (waiting.isEmpty()) answered.signalAll();
            long notBefore = clock.nanos() + pace.backoffNanos;
            while (!done && !closed && clock.nanos() - notBefore < 0) clock.awaitUntil(lock, changed, notBefore);
            while (!closed && waiting.isEmpty()) changed.await();
            var taken = new LinkedHashMap<K, V>();
            if (closed) return taken;
            for (var each = waiting.entrySet().iterator(); each.hasNext() && taken.size() < pace.entriesMax; ) {
                var entry = each.next();
                taken.put(entry.getKey(), entry.getValue());
                each.remove();
            }
            sending = true;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        Thread started;
        lock.lock();
        try {
            closed = true;
            changed.signal();
            answered.signalAll();
            started = thread;
        } finally {
            lock.unlock();
        }
        if (started == null) return;
        started.interrupt();
        Joining.join(started);
    }
}
