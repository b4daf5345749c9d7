package barnabas.net.http;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// Addresses and limits of an [HttpServer].
///
/// @param connectionsMax open at a time; a further one takes the place of the one that has waited longest for its
///     client, and is refused when all are being answered
/// @param headerBytesMax request line and headers
/// @param bodyBytesMax of a request
/// @param requestMax time that a client has for a whole request, from its connection or its first byte on
/// @param idleMax until the next request of a connection begins
/// @param responseMax time that a client has to read a response
/// @param unsentBytesMax of all responses that clients have not read yet; further ones become status 503
public record HttpConfig(
        List<Address> addresses,
        int connectionsMax,
        int headerBytesMax,
        int bodyBytesMax,
        Duration requestMax,
        Duration idleMax,
        Duration responseMax,
        long unsentBytesMax) {
    /// Connections of a server with the usual limits.
    public static final int CONNECTIONS_MAX = 64;

    /// @param host name or address; empty for all interfaces
    /// @param port 0 for any free one
    /// @param tlsEngines makes the TLS engine of each accepted connection, on the event loop; null for none
    public record Address(String host, int port, @Nullable Supplier<SSLEngine> tlsEngines) {
        /// Without encryption.
        public Address(String host, int port) {
            this(host, port, null);
        }
    }

    public HttpConfig {
        addresses = List.copyOf(addresses);
    }

    public static HttpConfig of(List<Address> addresses) {
        return new HttpConfig(
                addresses,
                CONNECTIONS_MAX,
                8 << 10,
                512 << 10,
                Duration.ofSeconds(10),
                Duration.ofMinutes(2),
                Duration.ofSeconds(30),
                32L << 20);
    }
}
