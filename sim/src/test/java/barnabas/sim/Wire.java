package barnabas.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/// One direction of a connection: what is sent arrives in order, each after a delay of its own, and not while the two
/// hosts are cut off from each other.
final class Wire {
    private static final long CUT_LOOK_NANOS = 20_000_000;
    private static final int DELAY_NANOS_MAX = 2_000_000;
    private static final int SLOW_DELAY_NANOS_MAX = 60_000_000;
    private static final int SLOW_ONE_IN = 50;

    private final Simulation simulation;
    private final SimulatedNetwork network;
    private final SplittableRandom random;
    private final int from;
    private final int to;
    private final Deque<Runnable> underWay = new ArrayDeque<>();
    private long lastArrivalNanos;

    Wire(Simulation simulation, SimulatedNetwork network, SplittableRandom random, int from, int to) {
        this.simulation = simulation;
        this.network = network;
        this.random = random;
        this.from = from;
        this.to = to;
    }

    /// @param arrival runs on the simulation's thread, where nothing may wait
    void send(Runnable arrival) {
        long delay = random.nextInt(random.nextInt(SLOW_ONE_IN) == 0 ? SLOW_DELAY_NANOS_MAX : DELAY_NANOS_MAX);
        lastArrivalNanos = Math.max(lastArrivalNanos, simulation.nanos() + delay);
        underWay.add(arrival);
        simulation.at(lastArrivalNanos, this::arrive);
    }

    private void arrive() {
        if (network.isCut(from, to)) simulation.after(CUT_LOOK_NANOS, this::arrive);
        else if (!underWay.isEmpty()) underWay.remove().run();
    }
}
