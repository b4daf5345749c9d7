package barnabas.net;

import java.io.IOException;

/// The network seam: sockets in production (`SocketNetwork`); a simulation hands frames over by itself.
@FunctionalInterface
public interface Network {
    /// Binds all listeners and serves connections with `handler`.
    ///
    /// @throws IOException when an address cannot be bound; its message names listener, address and cause, and
    ///     nothing stays bound
    Server listen(ServerConfig config, FrameHandler handler) throws IOException;
}
