package barnabas.replication;

import barnabas.base.Clock;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The end of a wait for a virtual thread, which parks until then.
final class WaitingThread implements PartitionWait.Listener {
    private final Thread thread = Thread.currentThread();
    private volatile @Nullable WaitOutcome outcome;

    @Override
    public void ended(WaitOutcome ended) {
        outcome = ended;
        LockSupport.unpark(thread);
    }

    /// @param deadlineNanos on the scale of [Clock#nanos]
    WaitOutcome await(Partition partition, PartitionWait wait, long deadlineNanos, Clock clock) {
        while (true) {
            WaitOutcome reached = outcome;
            if (reached != null) return reached;
            if (deadlineNanos - clock.nanos() <= 0 || Thread.currentThread().isInterrupted()) partition.end(wait);
            else clock.parkUntil(partition, deadlineNanos);
        }
    }
}
