package barnabas.log.directory;

import barnabas.base.Joining;
import barnabas.base.Threads;
import barnabas.log.partition.ClosedLog;
import barnabas.log.partition.PartitionLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Closes the logs of a directory. Closing one is little work and several forces, and a file system takes the forces
/// of several threads together: where there are many logs, several threads share them.
final class ClosingLogs {
    private static final int THREADS_MAX = 16;

    /// Fewer than this are not worth a thread.
    private static final int LOGS_PER_THREAD = 50;

    private final Threads threads;
    private final List<PartitionLog> logs;
    private final Collection<ClosedLog> closed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Optional<Throwable>> failure = new AtomicReference<>(Optional.empty());

    ClosingLogs(Collection<PartitionLog> logs, Threads threads) {
        this.threads = threads;
        this.logs = List.copyOf(logs);
    }

    /// Returns when all are closed, or when one could not be.
    ///
    /// @return what the next start may rely on
    Collection<ClosedLog> run() throws IOException {
        var workers = new ArrayList<Thread>();
        int count = Math.min(THREADS_MAX, logs.size() / LOGS_PER_THREAD);
        for (int i = 1; i < count; i++) workers.add(threads.start("log-closer-" + i, this::work));
        work();
        // Half-closed logs would have to be recovered: an interrupt does not end the wait.
        workers.forEach(Joining::join);
        switch (failure.get().orElse(null)) {
            case null -> {}
            case IOException failed -> throw failed;
            case RuntimeException failed -> throw failed;
            case Error failed -> throw failed;
            case Throwable failed -> throw new IllegalStateException(failed);
        }
        return closed;
    }

    private void work() {
        for (int i = next.getAndIncrement(); i < logs.size(); i = next.getAndIncrement()) {
            if (failure.get().isPresent()) return;
            try {
                logs.get(i).close();
                logs.get(i).closedState().ifPresent(closed::add);
            } catch (IOException | RuntimeException | Error failed) {
                failure.compareAndSet(Optional.empty(), Optional.of(failed));
            }
        }
    }
}
