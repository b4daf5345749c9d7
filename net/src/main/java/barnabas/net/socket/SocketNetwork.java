package barnabas.net.socket;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.net.FrameHandler;
import barnabas.net.ListenerConfig;
import barnabas.net.Network;
import barnabas.net.Server;
import barnabas.net.ServerConfig;
import barnabas.net.http.HttpConfig;
import barnabas.net.http.HttpHandler;
import barnabas.net.http.HttpServer;
import barnabas.net.http.SocketHttpServer;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import barnabas.net.peer.SocketPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// TCP sockets on event loops that the listeners and the peers of a node share.
public final class SocketNetwork implements Network {
    private final Clock clock;
    private final Threads threads;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable EventLoops running; // guarded by lock

    /// @param random spreads reconnects
    public SocketNetwork(Clock clock, Threads threads, RandomGenerator random) {
        this.clock = clock;
        this.threads = threads;
        this.random = random;
    }

    @Override
    public Server listen(ServerConfig config, FrameHandler handler) throws IOException {
        EventLoops loops;
        try {
            loops = join(config.networkThreads(), config.sockets().nativeTransport());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return NetworkServer.start(config, handler, clock, loops);
    }

    @Override
    public Peer connect(String host, int port, ListenerConfig.Protocol protocol, PeerConfig config) {
        if (protocol != ListenerConfig.Protocol.PLAINTEXT)
            throw new IllegalArgumentException("outgoing connections have no " + protocol);
        EventLoops loops = join(config.networkThreads(), true);
        return new SocketPeer(host, port, config, _ -> {}, loops.forPeer(random), clock);
    }

    @Override
    public HttpServer listen(HttpConfig config, HttpHandler handler) throws IOException {
        Transport transport = Transport.choose(true);
        var means =
                new SocketHttpServer.Transport(transport.ioHandlers(), transport.serverChannel(), EventLoops.ALLOCATOR);
        return SocketHttpServer.start(config, handler, means, clock, threads);
    }

    /// The loops of this node with one more user, started if there are none.
    private EventLoops join(int count, boolean nativeTransport) {
        lock.lock();
        try {
            EventLoops loops = running;
            if (loops == null || !loops.join()) {
                loops = new EventLoops(count, Transport.choose(nativeTransport), threads);
                running = loops;
            }
            return loops;
        } finally {
            lock.unlock();
        }
    }
}
