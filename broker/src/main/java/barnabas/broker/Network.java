package barnabas.broker;

import barnabas.broker.request.MemoryBudget;
import barnabas.config.BrokerConfig;
import barnabas.config.Listener;
import barnabas.net.ConnectionLimits;
import barnabas.net.ListenerConfig;
import barnabas.net.NetworkConfig;
import barnabas.net.RequestLimits;
import barnabas.net.SocketOptions;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/// What the network module needs of the broker's configuration.
final class Network {
    private static final Duration DRAIN_MAX = Duration.ofSeconds(5);

    private Network() {}

    static NetworkConfig config(BrokerConfig broker, MemoryBudget budget) {
        var network = broker.network();
        List<ListenerConfig> listeners =
                broker.listeners().clients().stream().map(Network::listener).toList();
        var sockets = new SocketOptions(
                network.sockets().listenBacklog(),
                network.sockets().sendBufferBytes(),
                network.sockets().receiveBufferBytes(),
                SocketOptions.DEFAULT.readBufferBytes(),
                true);
        var limits = network.connections();
        var connections = new ConnectionLimits(
                limits.max(),
                limits.perIpMax(),
                perAddress(limits.perIpOverrides()),
                Duration.ofMillis(limits.idleMillisMax()));
        long held = network.queuedRequestBytesMax() > 0
                ? network.queuedRequestBytesMax()
                : budget.heldRequestBytesMax();
        var requests = new RequestLimits(
                Math.min(network.requestBytesMax(), budget.requestBytesMax()),
                RequestLimits.DEFAULT.requestsInFlightMax(),
                held,
                RequestLimits.DEFAULT.unsentReplyBytesMax(),
                budget.unsentReplyBytesMax());
        return new NetworkConfig(listeners, network.networkThreads(), sockets, connections, requests, DRAIN_MAX);
    }

    private static ListenerConfig listener(Listener listener) {
        return new ListenerConfig(listener.name(), listener.host(), listener.port());
    }

    /// Whether a host name or address leads to this machine. Unknown names do not.
    static boolean isThisHost(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                boolean isHere = address.isLoopbackAddress()
                        || address.isAnyLocalAddress()
                        || NetworkInterface.getByInetAddress(address) != null;
                if (!isHere) return false;
            }
            return true;
        } catch (UnknownHostException | SocketException e) {
            return false;
        }
    }

    private static Map<InetAddress, Integer> perAddress(Map<String, Integer> overrides) {
        var limits = new HashMap<InetAddress, Integer>();
        overrides.forEach((host, limit) -> {
            try {
                for (InetAddress address : InetAddress.getAllByName(host)) limits.put(address, limit);
            } catch (UnknownHostException e) {
                LoggerFactory.getLogger(Network.class)
                        .warn("max.connections.per.ip.overrides: host {} is unknown and has no limit of its own", host);
            }
        });
        return limits;
    }
}
