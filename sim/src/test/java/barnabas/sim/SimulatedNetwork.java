package barnabas.sim;

import barnabas.net.FrameHandler;
import barnabas.net.Network;
import barnabas.net.Server;
import barnabas.net.ServerConfig;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import barnabas.net.peer.PeerSecurity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/// The network between all hosts: node 1, 2, .. and the host of all clients, [#CLIENTS].
final class SimulatedNetwork {
    static final int CLIENTS = 0;
    static final int PORT = 9092;
    private static final int TWICE_ONE_IN = 20;
    private static final int TWICE_NANOS_MAX = 500_000_000;

    private record Way(int from, int to) {}

    private final Simulation simulation;
    private final Transcript transcript;
    private final Findings findings;
    private final SplittableRandom random;
    private final Map<Integer, SimulatedServer> servers = new HashMap<>();
    private final Set<Way> cuts = new HashSet<>();
    private final List<Link> links = new ArrayList<>();
    private @Nullable SimulatedNetwork outside;
    private long connections;

    SimulatedNetwork(Simulation simulation, Transcript transcript, Findings findings) {
        this.simulation = simulation;
        this.transcript = transcript;
        this.findings = findings;
        this.random = simulation.randomOfItsOwn();
    }

    /// Nodes of this network reach those of another one as its clients.
    void reaches(SimulatedNetwork other) {
        outside = other;
    }

    /// The network as one run of a node sees it.
    ///
    /// @param around what stands in front of the node's own handler, for planted bugs
    /// @param peers what stands in front of its ways to other nodes, for planted bugs
    Network of(int nodeId, SimulatedProcess process, UnaryOperator<FrameHandler> around, UnaryOperator<Peer> peers) {
        return new Network() {
            @Override
            public Server listen(ServerConfig config, FrameHandler handler) {
                var server = new SimulatedServer(
                        nodeId, config, around.apply(handler), process, simulation, transcript, findings);
                servers.put(nodeId, server);
                return server;
            }

            @Override
            public Peer connect(String host, int port, PeerSecurity security, PeerConfig config) {
                int to = Integer.parseInt(host.substring(host.lastIndexOf('.') + 1));
                return peers.apply(new SimulatedPeer(nodeId, to, SimulatedNetwork.this, process));
            }

            @Override
            public SocketFactory sockets() {
                return SimulatedSocket.factory(outside == null ? SimulatedNetwork.this : outside, process);
            }
        };
    }

    /// A connection from the clients' host; null when there is no listener or the way is cut.
    @Nullable
    ClientLink connect(SimulatedProcess client, int nodeId) {
        SimulatedServer server = servers.get(nodeId);
        if (server == null || !server.isListening() || isCutAnyway(CLIENTS, nodeId)) return null;
        long id = ++connections;
        var there = new Wire(simulation, this, random.split(), CLIENTS, nodeId);
        var back = new Wire(simulation, this, random.split(), nodeId, CLIENTS);
        var link = new ClientLink(id, nodeId, client, there, transcript);
        link.connected(server.accept(id, link, back));
        links.add(link);
        return link;
    }

    /// A connection from one node to another; null when there is no listener or the way is cut.
    @Nullable
    PeerLink connect(int from, int to, Consumer<byte[]> frames, Runnable broken) {
        SimulatedServer server = servers.get(to);
        if (server == null || !server.isListening() || isCutAnyway(from, to)) return null;
        long id = ++connections;
        var there = new Wire(simulation, this, random.split(), from, to);
        var back = new Wire(simulation, this, random.split(), to, from);
        var link = new PeerLink(id, from, to, there, transcript, frames, broken);
        link.connected(server.accept(id, link, back));
        links.add(link);
        return link;
    }

    /// The run of a node that listens; empty when none does.
    String runOf(int nodeId) {
        SimulatedServer server = servers.get(nodeId);
        return server == null ? "" : server.process().name();
    }

    /// A message between two nodes, in no connection: it may overtake others.
    void send(int from, int to, Runnable arrival) {
        new Wire(simulation, this, random.split(), from, to).send(arrival);
    }

    /// As [#send], and it may come twice, as a request does whose connection broke before its answer came.
    void sendPerhapsTwice(int from, int to, Runnable arrival) {
        send(from, to, arrival);
        if (random.nextInt(TWICE_ONE_IN) == 0)
            simulation.after(random.nextInt(TWICE_NANOS_MAX), () -> send(from, to, arrival));
    }

    /// Every connection to a node is broken: its process has ended.
    void ended(int nodeId) {
        servers.remove(nodeId);
        for (Link link : List.copyOf(links)) {
            if (link.nodeId() == nodeId) link.broken();
            else if (link.from() == nodeId && link.isOpen()) link.peer().lost();
        }
        links.removeIf(link -> link.from() == nodeId);
        sweep();
    }

    /// Breaks one open connection on both sides, with what is under way on it.
    void breakOne() {
        sweep();
        if (links.isEmpty()) return;
        Link link = links.get(random.nextInt(links.size()));
        transcript.event("fault", "break c" + link.id() + " to n" + link.nodeId());
        link.broken();
        link.peer().lost();
    }

    private void sweep() {
        links.removeIf(link -> !link.isOpen());
    }

    /// Whether what is sent one way does not arrive now.
    boolean isCut(int from, int to) {
        return cuts.contains(new Way(from, to));
    }

    private boolean isCutAnyway(int one, int other) {
        return isCut(one, other) || isCut(other, one);
    }

    /// Cuts one way; the other stays as it is.
    void cut(int from, int to) {
        cuts.add(new Way(from, to));
    }

    void heal(int from, int to) {
        cuts.remove(new Way(from, to));
    }

    /// Whether all nodes reach each other.
    boolean isWhole() {
        return cuts.stream().allMatch(way -> way.from() == CLIENTS || way.to() == CLIENTS);
    }

    void healAll() {
        cuts.clear();
    }
}
