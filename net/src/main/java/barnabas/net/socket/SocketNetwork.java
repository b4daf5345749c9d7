package barnabas.net.socket;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.net.FrameHandler;
import barnabas.net.Network;
import barnabas.net.Server;
import barnabas.net.ServerConfig;
import barnabas.net.http.HttpConfig;
import barnabas.net.http.HttpHandler;
import barnabas.net.http.HttpServer;
import barnabas.net.http.SocketHttpServer;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import barnabas.net.peer.PeerSecurity;
import barnabas.net.peer.SocketPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// TCP sockets on event loops that the listeners and the peers of a node share.
public final class SocketNetwork implements Network {
    /// Addresses of one name that a probe tries.
    private static final int ADDRESSES_MAX = 8;

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
    public Peer connect(String host, int port, PeerSecurity security, PeerConfig config) {
        EventLoops loops = join(config.networkThreads(), true);
        return new SocketPeer(host, port, config, security, loops.forPeer(random), clock);
    }

    @Override
    public Reachability probe(String host, int port, int millisMax) {
        var seen = Reachability.REFUSED;
        try {
            InetAddress[] all = InetAddress.getAllByName(host);
            for (int i = 0; i < Math.min(all.length, ADDRESSES_MAX); i++) {
                Reachability one = probe(new InetSocketAddress(all[i], port), millisMax);
                if (one == Reachability.ACCEPTED) return one;
                if (one == Reachability.UNKNOWN) seen = one;
            }
        } catch (UnknownHostException e) {
            return Reachability.UNKNOWN;
        }
        return seen;
    }

    private static Reachability probe(InetSocketAddress address, int millisMax) {
        try (var socket = new Socket()) {
            socket.connect(address, millisMax);
            return Reachability.ACCEPTED;
        } catch (ConnectException e) {
            // The system's own time-out, the other reason for this exception, is longer than a minute.
            return Reachability.REFUSED;
        } catch (IOException e) {
            return Reachability.UNKNOWN;
        }
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
