package barnabas.net.socket;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.net.FrameHandler;
import barnabas.net.Network;
import barnabas.net.Server;
import barnabas.net.ServerConfig;
import java.io.IOException;

/// TCP sockets on event loops.
public record SocketNetwork(Clock clock, Threads threads) implements Network {
    @Override
    public Server listen(ServerConfig config, FrameHandler handler) throws IOException {
        return NetworkServer.start(config, handler, clock, threads);
    }
}
