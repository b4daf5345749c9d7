package barnabas.net;

import barnabas.net.http.HttpConfig;
import barnabas.net.http.HttpHandler;
import barnabas.net.http.HttpServer;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import barnabas.net.peer.PeerSecurity;
import java.io.IOException;
import javax.net.SocketFactory;

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
    /// @param security as the other node's listener demands it
    default Peer connect(String host, int port, PeerSecurity security, PeerConfig config) {
        throw new UnsupportedOperationException("a network without outgoing connections: " + getClass());
    }

    /// Makes sockets of clients of other clusters.
    default SocketFactory sockets() {
        return SocketFactory.getDefault();
    }

    /// Whether something listens at an address.
    enum Reachability {
        /// A connection was made, and closed again.
        ACCEPTED,
        /// The host answered that nothing listens there.
        REFUSED,
        /// There was no answer in time, no way to the host, or its name is unknown.
        UNKNOWN
    }

    /// Connects once and closes the connection again: on a virtual thread, never on an event loop.
    ///
    /// @param millisMax for an answer of the host; the look-up of its name comes before that
    default Reachability probe(String host, int port, int millisMax) {
        return Reachability.UNKNOWN;
    }

    /// Binds addresses that answer HTTP, on threads apart from those of Kafka's listeners.
    ///
    /// @throws IOException when an address cannot be bound; its message names address and cause, and nothing stays
    ///     bound
    default HttpServer listen(HttpConfig config, HttpHandler handler) throws IOException {
        throw new UnsupportedOperationException("a network without HTTP: " + getClass());
    }
}
