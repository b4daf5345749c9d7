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
    private volatile @Nullable Connected connected;
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

    private record Connected(Peer peer, BrokerRegistration.Endpoint at) {}

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
            BrokerRegistration.Endpoint at = address();
            if (at == null) return null;
            Connected before = connected;
            if (before != null && at.equals(before.at)) return before.peer;
            if (before != null) before.peer.close();
            Peer made = environment.network.connect(at.host(), at.port(), config);
            connected = new Connected(made, at);
            return made;
        }
    }

    /// Whether [#peer] would give this one again. Waits for nothing, so that event loops may ask.
    public boolean isStill(Peer used) {
        Connected present = connected;
        return present != null && present.peer.equals(used) && present.at.equals(address());
    }

    private BrokerRegistration.@Nullable Endpoint address() {
        BrokerRegistration registration =
                environment.images.get().nodes().brokers().find(brokerId);
        return registration == null
                ? null
                : registration.endpoint(environment.listener).orElse(null);
    }

    @Override
    public void close() {
        try (var _ = changes.hold()) {
            closed = true;
            Connected present = connected;
            if (present != null) present.peer.close();
            connected = null;
        }
    }
}
