package barnabas.sim;

import barnabas.net.ConnectionLimits;
import barnabas.net.FrameHandler;
import barnabas.net.Server;
import barnabas.net.ServerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// The listeners of one run of a node, and its event loops.
final class SimulatedServer implements Server {
    private static final long DRAIN_LOOK_NANOS = 5_000_000;

    private final int nodeId;
    private final ServerConfig config;
    private final FrameHandler handler;
    private final SimulatedProcess process;
    private final Transcript transcript;
    private final Findings findings;
    private final List<SimulatedLoop> loops = new ArrayList<>();
    private final List<SimulatedConnection> connections = new ArrayList<>();
    private boolean listening = true;

    SimulatedServer(
            int nodeId,
            ServerConfig config,
            FrameHandler handler,
            SimulatedProcess process,
            Simulation simulation,
            Transcript transcript,
            Findings findings) {
        this.nodeId = nodeId;
        this.config = config;
        this.handler = handler;
        this.process = process;
        this.transcript = transcript;
        this.findings = findings;
        for (int i = 0; i < config.networkThreads(); i++) loops.add(new SimulatedLoop("loop-" + i, process));
    }

    boolean isListening() {
        return listening && !process.isDead();
    }

    SimulatedConnection accept(long id, Link client, Wire back) {
        SimulatedLoop loop = loops.get((int) (id % loops.size()));
        var connection = new SimulatedConnection(id, this, client, back, loop);
        connections.removeIf(each -> !each.isOpen());
        connections.add(connection);
        loop.execute(() -> handler.opened(connection));
        return connection;
    }

    FrameHandler handler() {
        return handler;
    }

    SimulatedProcess process() {
        return process;
    }

    Findings findings() {
        return findings;
    }

    Transcript transcript() {
        return transcript;
    }

    String listenerName() {
        return config.listeners().getFirst().name();
    }

    /// The address of a node; clients have the last one of their network.
    static InetSocketAddress addressOf(int host, int port) {
        try {
            byte last = (byte) (host == SimulatedNetwork.CLIENTS ? 250 : host);
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, last}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    InetSocketAddress address() {
        return addressOf(nodeId, SimulatedNetwork.PORT);
    }

    @Override
    public InetSocketAddress address(String listenerName) {
        return address();
    }

    @Override
    public void limit(ConnectionLimits limits) {}

    @Override
    public void close() {
        listening = false;
        for (SimulatedConnection connection : connections) connection.drain();
        long end = process.nanos() + config.drainMax().toNanos();
        while (process.nanos() < end && connections.stream().anyMatch(SimulatedConnection::isOpen)) {
            process.pause(DRAIN_LOOK_NANOS);
        }
        for (SimulatedConnection connection : connections) connection.end();
        for (SimulatedLoop loop : loops) loop.close();
    }
}
