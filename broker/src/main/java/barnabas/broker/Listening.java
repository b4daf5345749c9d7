package barnabas.broker;

import barnabas.base.FileDescriptors;
import barnabas.broker.identity.TlsListeners;
import barnabas.broker.request.MemoryBudget;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.net.ConnectionLimits;
import barnabas.net.ListenerConfig;
import barnabas.net.RequestLimits;
import barnabas.net.ServerConfig;
import barnabas.net.SocketOptions;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Part of the broker's configuration that the network module uses.
public final class Listening {
    private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
    private static final Duration DRAIN_MAX = Duration.ofSeconds(5);

    private Listening() {}

    /// The listeners for clients and other brokers.
    static ServerConfig config(BrokerConfig broker, MemoryBudget budget, TlsListeners tls) {
        return config(broker, broker.listeners().clients(), budget, tls);
    }

    /// The listeners of `controller.listener.names`.
    public static ServerConfig controllers(BrokerConfig broker, MemoryBudget budget, TlsListeners tls) {
        return config(broker, broker.listeners().controllers(), budget, tls);
    }

    private static ServerConfig config(
            BrokerConfig broker, List<Listener> served, MemoryBudget budget, TlsListeners tls) {
        var network = broker.network();
        List<ListenerConfig> listeners =
                served.stream().map(each -> listener(each, tls)).toList();
        var sockets = new SocketOptions(
                network.sockets().listenBacklog(),
                network.sockets().sendBufferBytes(),
                network.sockets().receiveBufferBytes(),
                SocketOptions.DEFAULT.readBufferBytes(),
                true);
        long held =
                network.queuedRequestBytesMax() > 0 ? network.queuedRequestBytesMax() : budget.heldRequestBytesMax();
        var requests = new RequestLimits(
                Math.min(network.requestBytesMax(), budget.requestBytesMax()),
                RequestLimits.DEFAULT.requestsInFlightMax(),
                held,
                RequestLimits.DEFAULT.unsentReplyBytesMax(),
                budget.unsentReplyBytesMax());
        return new ServerConfig(
                listeners,
                network.networkThreads(),
                sockets,
                limits(broker, ConnectionLimits.AddressRates.UNLIMITED),
                requests,
                DRAIN_MAX);
    }

    /// Logs that `max.connections` is more than the process has descriptors for, beside those for files.
    static void reportConnectionsMax(BrokerConfig broker) {
        FileDescriptors descriptors = FileDescriptors.ofProcess();
        if (broker.network().connections().max() <= descriptors.connectionsMax()) return;
        LOG.info(
                "At most {} connections: the process may have {} files open (ulimit -n), and segments need theirs",
                descriptors.connectionsMax(),
                descriptors.processMax());
    }

    private static ListenerConfig listener(Listener listener, TlsListeners tls) {
        return new ListenerConfig(
                listener.name(), protocol(listener), listener.host(), listener.port(), tls.of(listener));
    }

    private static ListenerConfig.Protocol protocol(Listener listener) {
        return ListenerConfig.Protocol.valueOf(listener.protocol().name());
    }

    /// Looks up the addresses of hosts that have limits of their own.
    ///
    /// @param perAddress rates of single addresses
    static ConnectionLimits limits(BrokerConfig broker, ConnectionLimits.AddressRates perAddress) {
        var limits = broker.network().connections();
        var perListener = new HashMap<String, Integer>();
        var rates = new HashMap<String, Integer>();
        for (Listener listener : broker.listeners().clients()) {
            String max = broker.valueFor(listener, "max.connections");
            if (max != null) perListener.put(listener.name(), Integer.parseInt(max.trim()));
            String rate = broker.valueFor(listener, "max.connection.creation.rate");
            if (rate != null) rates.put(listener.name(), Integer.parseInt(rate.trim()));
        }
        return new ConnectionLimits(
                Math.min(limits.max(), FileDescriptors.ofProcess().connectionsMax()),
                limits.perIpMax(),
                perAddress(limits.perIpOverrides()),
                perListener,
                new ConnectionLimits.Rates(limits.creationsPerSecondMax(), rates, exempt(broker), perAddress),
                Duration.ofMillis(limits.idleMillisMax()));
    }

    /// The listener of other brokers, when clients have another one: a flood of clients must not keep brokers apart.
    private static String exempt(BrokerConfig broker) {
        return broker.listeners().clients().size() < 2 ? "" : broker.listeners().interBrokerName();
    }

    /// The name by which other hosts can reach this one, if none is configured.
    public static String hostName() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /// Whether a host name or address leads to this machine. Unknown names do not.
    public static boolean isThisHost(String host) {
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
                LOG.warn("max.connections.per.ip.overrides: host {} is unknown and has no limit of its own", host);
            }
        });
        return limits;
    }
}
