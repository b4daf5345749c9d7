package barnabas.net;

import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// One address to listen on.
///
/// @param name as in `listeners`, for instance `PLAINTEXT`
/// @param protocol which bytes clients send
/// @param host host name or address; empty for all interfaces
/// @param port 0 for any free port, see `NetworkServer.port`
/// @param tlsEngines makes the TLS engine of each accepted connection, on event loops; null on a plain listener
public record ListenerConfig(
        String name,
        Protocol protocol,
        String host,
        int port,
        @Nullable Supplier<SSLEngine> tlsEngines) {
    /// The security protocols of Kafka.
    public enum Protocol {
        PLAINTEXT,
        SSL,
        SASL_PLAINTEXT,
        SASL_SSL;

        /// Whether the bytes of the socket are the bytes of frames: only then may the kernel read into a frame's
        /// place and send from files.
        public boolean isPlain() {
            return this == PLAINTEXT || this == SASL_PLAINTEXT;
        }

        /// Whether clients authenticate themselves by SASL, which the handler of frames does.
        public boolean isSasl() {
            return this == SASL_PLAINTEXT || this == SASL_SSL;
        }
    }

    /// A plain listener.
    public ListenerConfig(String name, String host, int port) {
        this(name, Protocol.PLAINTEXT, host, port, null);
    }

    /// Whether clients take time to get in, by a handshake or a login: they do so on an event loop of its own.
    public boolean hasLogins() {
        return protocol != Protocol.PLAINTEXT;
    }

    public ListenerConfig {
        if (port < 0 || port > 65535) throw new IllegalArgumentException("port " + port);
        if (protocol.isPlain() != (tlsEngines == null))
            throw new IllegalArgumentException("listener " + name + ": TLS and " + protocol + " do not match");
    }
}
