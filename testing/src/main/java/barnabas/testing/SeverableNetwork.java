package barnabas.testing;

import barnabas.base.Deadline;
import barnabas.base.Mutex;
import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.FrameHandler;
import barnabas.net.Network;
import barnabas.net.ReplySlot;
import barnabas.net.Server;
import barnabas.net.ServerConfig;
import barnabas.net.http.HttpConfig;
import barnabas.net.http.HttpHandler;
import barnabas.net.http.HttpServer;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerConfig;
import barnabas.net.peer.PeerOutcome;
import barnabas.net.peer.PeerSecurity;
import barnabas.protocol.RequestMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Network of one node that can be cut off: its connections close, new ones close at once, requests to other nodes
/// are refused. It can also be paused: connections stay open, and threads that use the network wait, those of its
/// connections among them.
final class SeverableNetwork implements Network {
    private static final String DETAIL = "the test has cut this node off";

    private final Network network;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Set<SeverablePeer> peers = ConcurrentHashMap.newKeySet();
    private volatile boolean severed;
    /// Not null while the network is paused.
    private final AtomicReference<@Nullable CountDownLatch> paused = new AtomicReference<>();

    SeverableNetwork(Network network) {
        this.network = network;
    }

    void sever() {
        severed = true;
        for (Connection each : open) each.close(CloseReason.BROKER_DECISION, DETAIL);
        for (SeverablePeer each : peers) each.disconnect();
    }

    void pause() {
        paused.compareAndSet(null, new CountDownLatch(1));
    }

    void resume() {
        CountDownLatch halted = paused.getAndSet(null);
        if (halted != null) halted.countDown();
    }

    private void awaitResumed() {
        CountDownLatch halted = paused.get();
        if (halted == null) return;
        try {
            halted.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void heal() {
        severed = false;
    }

    @Override
    public Server listen(ServerConfig config, FrameHandler handler) throws IOException {
        return network.listen(config, new FrameHandler() {
            @Override
            public void opened(Connection connection) {
                awaitResumed();
                open.add(connection);
                connection.onClosed(() -> open.remove(connection));
                // After the entry in `open`: one of both sees that the node was cut off meanwhile.
                if (severed) connection.close(CloseReason.BROKER_DECISION, DETAIL);
                handler.opened(connection);
            }

            @Override
            public void handle(Connection connection, ByteBuffer frame, ReplySlot reply) throws Exception {
                awaitResumed();
                handler.handle(connection, frame, new WaitingSlot(reply, SeverableNetwork.this::awaitResumed));
            }
        });
    }

    @Override
    public HttpServer listen(HttpConfig config, HttpHandler handler) throws IOException {
        return network.listen(config, handler);
    }

    @Override
    public Peer connect(String host, int port, PeerSecurity security, PeerConfig config) {
        var peer = new SeverablePeer(() -> network.connect(host, port, security, config));
        peers.add(peer);
        return peer;
    }

    /// A peer whose connection is another one after the node was cut off.
    private final class SeverablePeer implements Peer {
        private final Supplier<Peer> maker;
        private final Mutex changing = new Mutex();
        private volatile Peer peer;
        private boolean closed; // guarded by changing

        SeverablePeer(Supplier<Peer> maker) {
            this.maker = maker;
            this.peer = maker.get();
        }

        @Override
        public void send(RequestMessage request, short versionMax, Deadline deadline, Consumer<PeerOutcome> done) {
            awaitResumed();
            if (severed) {
                done.accept(new PeerOutcome.Refused(PeerOutcome.Reason.TOO_MUCH_IN_FLIGHT, DETAIL));
                return;
            }
            peer.send(request, versionMax, deadline, outcome -> {
                awaitResumed();
                done.accept(outcome);
            });
        }

        void disconnect() {
            try (var _ = changing.hold()) {
                if (closed) return;
                Peer old = peer;
                peer = maker.get();
                old.close();
            }
        }

        @Override
        public void close() {
            peers.remove(this);
            try (var _ = changing.hold()) {
                closed = true;
                peer.close();
            }
        }
    }
}
