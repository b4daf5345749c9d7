package barnabas.net;

import barnabas.base.Clock;
import barnabas.base.Threads;
import java.io.IOException;

/// TCP sockets on event loops.
public record SocketNetwork(Clock clock, Threads threads) implements Network {
    @Override
    public Server listen(NetworkConfig config, FrameHandler handler) throws IOException {
        return NetworkServer.start(config, handler, clock, threads);
    }
}
