package barnabas.net;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;

/// Limits on connections, with Kafka's meanings: at `max.connections` accepting pauses until a connection closes;
/// above `max.connections.per.ip` a new connection is closed at once; above a rate accepting pauses until another one
/// may come.
///
/// @param connectionsMax `max.connections`
/// @param connectionsPerAddressMax `max.connections.per.ip`
/// @param perAddressOverrides `max.connections.per.ip.overrides`
/// @param perListenerMax `listener.name.<name>.max.connections` by the listener's name: accepting pauses on that
/// listener
/// @param rates new connections per second
/// @param idleMax `connections.max.idle.ms`: a connection on which no byte moved for this long, and that waits for
///     no reply of ours, is closed; negative for never
public record ConnectionLimits(
        int connectionsMax,
        int connectionsPerAddressMax,
        Map<InetAddress, Integer> perAddressOverrides,
        Map<String, Integer> perListenerMax,
        Rates rates,
        Duration idleMax) {
    public static final ConnectionLimits DEFAULT =
            new ConnectionLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Map.of(), Duration.ofMinutes(10));

    /// New connections per second (KIP-612).
    ///
    /// @param max `max.connection.creation.rate`, all listeners together
    /// @param perListenerMax `listener.name.<name>.max.connection.creation.rate` by the listener's name
    /// @param exempt the listener of other brokers, whose connections `max` does not count
    /// @param perAddress of single addresses
    public record Rates(int max, Map<String, Integer> perListenerMax, String exempt, AddressRates perAddress) {
        public static final Rates UNLIMITED = new Rates(Integer.MAX_VALUE, Map.of(), "");

        /// Without rates of single addresses.
        public Rates(int max, Map<String, Integer> perListenerMax, String exempt) {
            this(max, perListenerMax, exempt, AddressRates.UNLIMITED);
        }

        public Rates {
            perListenerMax = Map.copyOf(perListenerMax);
        }

        /// The rate of one listener.
        public int max(String listener) {
            return perListenerMax.getOrDefault(listener, Integer.MAX_VALUE);
        }
    }

    /// `connection_creation_rate` of quotas of addresses. A connection beyond it is closed, after a while; it counts
    /// for no other rate.
    ///
    /// @param others for addresses without a rate of their own; [Integer#MAX_VALUE] for no limit
    public record AddressRates(Map<InetAddress, Integer> own, int others) {
        public static final AddressRates UNLIMITED = new AddressRates(Map.of(), Integer.MAX_VALUE);

        public AddressRates {
            own = Map.copyOf(own);
        }

        public boolean areUnlimited() {
            return own.isEmpty() && others == Integer.MAX_VALUE;
        }

        /// The rate of one address.
        public int max(InetAddress address) {
            return own.getOrDefault(address, others);
        }
    }

    /// Without limits of single listeners and on rates.
    public ConnectionLimits(
            int connectionsMax,
            int connectionsPerAddressMax,
            Map<InetAddress, Integer> perAddressOverrides,
            Duration idleMax) {
        this(connectionsMax, connectionsPerAddressMax, perAddressOverrides, Map.of(), Rates.UNLIMITED, idleMax);
    }

    public ConnectionLimits {
        perAddressOverrides = Map.copyOf(perAddressOverrides);
        perListenerMax = Map.copyOf(perListenerMax);
    }

    /// The limit of one listener.
    public int connectionsMax(String listener) {
        return perListenerMax.getOrDefault(listener, Integer.MAX_VALUE);
    }

    /// The limit for one address.
    public int connectionsMax(InetAddress address) {
        return perAddressOverrides.getOrDefault(address, connectionsPerAddressMax);
    }
}
