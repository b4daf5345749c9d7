package barnabas.broker.peers;

import barnabas.base.Mutex;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The connection to another broker, at the address that the present image has.
///
/// Any thread.
public final class BrokerConnection implements AutoCloseable {
    private final int brokerId;
    private final Environment environment;
    private final PeerConfig config;
    private BrokerRegistration.@Nullable Endpoint connectedTo;
    private @Nullable Peer peer;
    private final Mutex changes = new Mutex();
    private boolean closed;

    /// @param listener `inter.broker.listener.name`
    /// @param self the broker that connects
    public record Environment(int self, String listener, Supplier<ClusterImage> images, BrokerNetwork network) {
        /// The run of this broker; -1 while it is not registered.
        public long brokerEpoch() {
            BrokerRegistration registration = images.get().nodes().brokers().find(self);
            return registration == null ? -1 : registration.epoch();
        }
    }

    public BrokerConnection(int brokerId, Environment environment, PeerConfig config) {
        this.brokerId = brokerId;
        this.environment = environment;
        this.config = config;
    }

    public int brokerId() {
        return brokerId;
    }

    /// Null while the broker has no address, and after the end.
    public @Nullable Peer peer() {
        try (var _ = changes.hold()) {
            if (closed) return null;
            BrokerRegistration registration =
                    environment.images.get().nodes().brokers().find(brokerId);
            BrokerRegistration.Endpoint at = registration == null
                    ? null
                    : registration.endpoint(environment.listener).orElse(null);
            if (at == null) return null;
            if (peer != null && at.equals(connectedTo)) return peer;
            if (peer != null) peer.close();
            connectedTo = at;
            peer = environment.network.connect(at.host(), at.port(), config);
            return peer;
        }
    }

    @Override
    public void close() {
        try (var _ = changes.hold()) {
            closed = true;
            if (peer != null) peer.close();
            peer = null;
        }
    }
}
