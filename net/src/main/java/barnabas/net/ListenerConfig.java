package barnabas.net;

/// One address to listen on.
///
/// @param name as in `listeners`, for instance `PLAINTEXT`
/// @param protocol which bytes clients send
/// @param host host name or address; empty for all interfaces
/// @param port 0 for any free port, see `NetworkServer.port`
public record ListenerConfig(String name, Protocol protocol, String host, int port) {
    /// The security protocols of Kafka. Only plain ones are served so far.
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

        public boolean isServed() {
            return this == PLAINTEXT;
        }
    }

    /// A plain listener.
    public ListenerConfig(String name, String host, int port) {
        this(name, Protocol.PLAINTEXT, host, port);
    }

    public ListenerConfig {
        if (port < 0 || port > 65535) throw new IllegalArgumentException("port " + port);
    }
}
