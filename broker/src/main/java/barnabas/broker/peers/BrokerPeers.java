package barnabas.broker.peers;

import barnabas.base.Mutex;
import barnabas.config.BrokerConfig;
import barnabas.metadata.image.ClusterImage;
import barnabas.net.Network;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Requests between coordinators and partition leaders: one connection for each other broker, opened with the first
/// request. Any thread may ask.
public final class BrokerPeers implements AutoCloseable {
    private static final String SOFTWARE_VERSION = "1";

    private final BrokerConnection.Environment environment;
    private final int networkThreads;
    private final Mutex changes = new Mutex();
    /// Of registered brokers, so their number is bounded by the cluster. Guarded by `changes`.
    private final Map<Integer, BrokerConnection> connections = new HashMap<>();

    private boolean closed;

    public BrokerPeers(BrokerConfig config, Supplier<ClusterImage> images, Network network) {
        this.environment = new BrokerConnection.Environment(
                config.node().nodeId(), config.listeners().interBrokerName(), images, network);
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
                        connections.computeIfAbsent(brokerId, id -> new BrokerConnection(id, environment, config(id)));
        }
        if (gone != null) gone.close();
        return connection == null ? null : connection.peer();
    }

    private PeerConfig config(int brokerId) {
        return new PeerConfig(
                "broker-" + environment.self() + "-transactions-" + brokerId, SOFTWARE_VERSION, networkThreads);
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
