package barnabas.net;

import barnabas.base.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;

/// The listeners and their event loops.
public final class NetworkServer implements AutoCloseable {
    private final java.util.Map<String, InetSocketAddress> bound;

    private NetworkServer(java.util.Map<String, InetSocketAddress> bound) {
        this.bound = bound;
    }

    /// Binds all listeners and serves connections with `handler`.
    ///
    /// @throws IOException when an address cannot be bound; its message names listener, address and cause, and
    ///     nothing     stays bound
    public static NetworkServer start(NetworkConfig config, FrameHandler handler, Clock clock) throws IOException {
        if (config.networkThreads() > 0) throw new IOException("being built: " + config + handler + clock);
        return new NetworkServer(java.util.Map.of());
    }

    /// The address that a listener is bound to.
    ///
    /// @throws IllegalArgumentException for a name that is not in the config
    public InetSocketAddress address(String listenerName) {
        InetSocketAddress address = bound.get(listenerName);
        if (address == null) throw new IllegalArgumentException("no listener " + listenerName);
        return address;
    }

    /// The port that a listener is bound to, also when its config says 0.
    public int port(String listenerName) {
        return address(listenerName).getPort();
    }

    public NetworkCounters counters() {
        return new NetworkCounters(0, 0, java.util.Map.of(), 0, 0, 0, 0, 0);
    }

    /// Stops accepting and reading, lets replies in flight finish until [NetworkConfig#drainMax] has passed, closes
    /// all connections and ends the event loops. The handler must still be able to answer meanwhile.
    @Override
    public void close() {}
}
