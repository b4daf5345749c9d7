package barnabas.net;

import barnabas.net.http.HttpConfig;
import barnabas.net.http.HttpHandler;
import barnabas.net.http.HttpServer;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import java.io.IOException;

/// The network seam: sockets in production (`SocketNetwork`); a simulation hands frames over by itself.
public interface Network {
    /// Binds all listeners and serves connections with `handler`.
    ///
    /// @throws IOException when an address cannot be bound; its message names listener, address and cause, and
    ///     nothing stays bound
    Server listen(ServerConfig config, FrameHandler handler) throws IOException;

    /// Makes the peer at this address, which connects with its first request. It is independent of the listeners and
    /// must be closed.
    ///
    /// @param protocol of the other node's listener
    /// @throws IllegalArgumentException for a protocol that is not served
    default Peer connect(String host, int port, ListenerConfig.Protocol protocol, PeerConfig config) {
        throw new UnsupportedOperationException("a network without outgoing connections: " + getClass());
    }

    /// Binds addresses that answer HTTP, on threads apart from those of Kafka's listeners.
    ///
    /// @throws IOException when an address cannot be bound; its message names address and cause, and nothing stays
    ///     bound
    default HttpServer listen(HttpConfig config, HttpHandler handler) throws IOException {
        throw new UnsupportedOperationException("a network without HTTP: " + getClass());
    }
}
