package barnabas.net;

import java.time.Duration;
import java.util.List;

/// Everything `NetworkServer` needs to know.
///
/// @param networkThreads `num.network.threads`: event loops, all listeners together
/// @param drainMax how long closing waits for replies in flight
public record ServerConfig(
        List<ListenerConfig> listeners,
        int networkThreads,
        SocketOptions sockets,
        ConnectionLimits connections,
        RequestLimits requests,
        Duration drainMax) {
    public ServerConfig {
        listeners = List.copyOf(listeners);
        if (listeners.isEmpty()) throw new IllegalArgumentException("no listener");
        if (listeners.stream().map(ListenerConfig::name).distinct().count() < listeners.size())
            throw new IllegalArgumentException("two listeners with one name: " + listeners);
        if (networkThreads < 1) throw new IllegalArgumentException("networkThreads " + networkThreads);
    }

    /// Kafka's defaults.
    public ServerConfig(ListenerConfig... listeners) {
        this(
                List.of(listeners),
                3,
                SocketOptions.DEFAULT,
                ConnectionLimits.DEFAULT,
                RequestLimits.DEFAULT,
                Duration.ofSeconds(5));
    }

    public ServerConfig with(SocketOptions sockets) {
        return new ServerConfig(listeners, networkThreads, sockets, connections, requests, drainMax);
    }

    public ServerConfig with(ConnectionLimits connections) {
        return new ServerConfig(listeners, networkThreads, sockets, connections, requests, drainMax);
    }

    public ServerConfig with(RequestLimits requests) {
        return new ServerConfig(listeners, networkThreads, sockets, connections, requests, drainMax);
    }

    public ServerConfig withNetworkThreads(int networkThreads) {
        return new ServerConfig(listeners, networkThreads, sockets, connections, requests, drainMax);
    }

    public ServerConfig withDrainMax(Duration drainMax) {
        return new ServerConfig(listeners, networkThreads, sockets, connections, requests, drainMax);
    }
}
