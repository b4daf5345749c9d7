package barnabas.broker;

import barnabas.base.Failure;
import barnabas.base.OperatorMistake;
import barnabas.base.Threads;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stops an embedded broker at the first failure that it cannot survive. The program around it goes on.
final class StopOnFailure implements Failure {
    private static final Logger LOG = LoggerFactory.getLogger(StopOnFailure.class);

    private final AtomicBoolean failed = new AtomicBoolean();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicReference<@Nullable Running> running = new AtomicReference<>();

    private record Running(AutoCloseable node, Threads threads) {}

    @Override
    public void failed(String what, Throwable cause) {
        if (!failed.compareAndSet(false, true)) return;
        try {
            if (cause instanceof OperatorMistake)
                LOG.error("{} failed: the broker stops: {}", what, cause.getMessage());
            else LOG.error("{} failed: the broker stops", what, cause);
        } finally {
            stopIfRunning();
        }
    }

    boolean hasFailed() {
        return failed.get();
    }

    /// The node runs and can be stopped. One that has failed meanwhile is.
    void watch(AutoCloseable node, Threads threads) {
        running.set(new Running(node, threads));
        if (failed.get()) stopIfRunning();
    }

    private void stopIfRunning() {
        Running found = running.get();
        if (found == null || !stopping.compareAndSet(false, true)) return;
        found.threads.start("broker-stop", () -> {
            try {
                found.node.close();
            } catch (Exception e) {
                LOG.error("The broker was not stopped cleanly", e);
            }
        });
    }
}
