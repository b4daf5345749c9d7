package barnabas.sim;

import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/// A node learns of what the metadata log has committed later than others, and not while it is cut off from the
/// controller's node: until then it takes itself for what it was.
///
/// Runs what it is given in order, each after a while of its own.
final class LateNotices implements Executor {
    private static final long LOOK_NANOS = 20_000_000;
    private static final int DELAY_NANOS_MAX = 4_000_000;
    private static final int LONG_DELAY_NANOS_MAX = 700_000_000;
    private static final int LONG_ONE_IN = 25;

    private final SimulatedCluster cluster;
    private final int nodeId;
    private final SimulatedProcess process;
    private final Executor executor;
    private final SplittableRandom random;
    private long notBeforeNanos;

    LateNotices(
            SimulatedCluster cluster,
            int nodeId,
            SimulatedProcess process,
            Executor executor,
            SplittableRandom random) {
        this.cluster = cluster;
        this.nodeId = nodeId;
        this.process = process;
        this.executor = executor;
        this.random = random;
    }

    @Override
    public void execute(Runnable notice) {
        int longest = random.nextInt(LONG_ONE_IN) == 0 ? LONG_DELAY_NANOS_MAX : DELAY_NANOS_MAX;
        // the controller has what it has committed
        long delay = cluster.controllerId() == nodeId ? 0 : random.nextInt(longest);
        notBeforeNanos = Math.max(notBeforeNanos, process.nanos() + delay);
        process.later(notBeforeNanos - process.nanos(), () -> arrive(notice));
    }

    private void arrive(Runnable notice) {
        int controller = cluster.controllerId();
        if (controller != nodeId && cluster.network().isCut(controller, nodeId))
            process.later(LOOK_NANOS, () -> arrive(notice));
        else executor.execute(notice);
    }
}
