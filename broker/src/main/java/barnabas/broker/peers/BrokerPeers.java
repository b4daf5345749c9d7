package barnabas.broker.peers;

import barnabas.base.Mutex;
import barnabas.config.BrokerConfig;
import barnabas.metadata.image.ClusterImage;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Requests of one kind to other brokers: a connection for each broker, opened with the first request. Answers come in
/// the order of the requests, so kinds that wait for different things have connections of their own. Any thread may
/// ask.
public final class BrokerPeers implements AutoCloseable {
    private static final String SOFTWARE_VERSION = "1";

    private final BrokerConnection.Environment environment;
    private final String kind;
    private final int networkThreads;
    private final Mutex changes = new Mutex();
    /// Of registered brokers, so their number is bounded by the cluster. Guarded by `changes`.
    private final Map<Integer, BrokerConnection> connections = new HashMap<>();

    private boolean closed;

    /// @param kind in the client id
    public BrokerPeers(String kind, BrokerConfig config, Supplier<ClusterImage> images, BrokerNetwork network) {
        this.environment = new BrokerConnection.Environment(
                config.node().nodeId(), config.listeners().interBrokerName(), images, network);
        this.kind = kind;
        this.networkThreads = config.network().networkThreads();
    }

    /// Null while no broker of this id is registered, and after the end.
    public @Nullable Peer to(int brokerId) {
        BrokerConnection gone = null;
        BrokerConnection connection = null;
        try (var _ = changes.hold()) {
            if (closed) return null;
            if (environment.images().get().nodes().brokers().find(brokerId) == null)
                gone = connections.remove(brokerId);
            else
                connection =
                        connections.computeIfAbsent(brokerId, id -> new BrokerConnection(id, environment, config()));
        }
        if (gone != null) gone.close();
        return connection == null ? null : connection.peer();
    }

    private PeerConfig config() {
        return new PeerConfig("broker-" + environment.self() + "-" + kind, SOFTWARE_VERSION, networkThreads);
    }

    /// Requests under way end as [barnabas.net.peer.PeerOutcome.Disconnected].
    @Override
    public void close() {
        List<BrokerConnection> all;
        try (var _ = changes.hold()) {
            closed = true;
            all = new ArrayList<>(connections.values());
            connections.clear();
        }
        for (BrokerConnection each : all) each.close();
    }
}
