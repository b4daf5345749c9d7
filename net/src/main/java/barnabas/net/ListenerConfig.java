package barnabas.net;

/// One address to listen on.
///
/// @param name as in `listeners`, for instance `PLAINTEXT`
/// @param host host name or address; empty for all interfaces
/// @param port 0 for any free port, see [NetworkServer#port]
/// @param connectionsMax `listener.name.<name>.max.connections`; accepting pauses at this number
public record ListenerConfig(String name, String host, int port, int connectionsMax) {
    public ListenerConfig {
        if (port < 0 || port > 65535) throw new IllegalArgumentException("port " + port);
        if (connectionsMax < 0) throw new IllegalArgumentException("connectionsMax " + connectionsMax);
    }

    public ListenerConfig(String name, String host, int port) {
        this(name, host, port, Integer.MAX_VALUE);
    }
}
