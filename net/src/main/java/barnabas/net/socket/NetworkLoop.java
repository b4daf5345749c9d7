package barnabas.net.socket;

import barnabas.net.CloseReason;
import barnabas.net.LoginCounts;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One event loop with its read buffer and its connections. Owner: the event loop; others only look at the
/// connections.
final class NetworkLoop {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkLoop.class);

    private final EventLoop eventLoop;
    private final SharedState shared;
    private final ReadBuffer readBuffer;
    private @Nullable Future<?> sweeps;
    private final Set<SocketConnection> connections = ConcurrentHashMap.newKeySet();
    private final TlsGate.Handshakes handshakes = new TlsGate.Handshakes();
    /// By listener, of those with logins.
    private final Map<String, LoginCounts> logins = new ConcurrentHashMap<>();
    /// Its connections are being closed, and those that come from another loop have to close too. Owner: the loop.
    private boolean draining;

    NetworkLoop(EventLoop eventLoop, SharedState shared, ByteBufAllocator allocator) {
        this.eventLoop = eventLoop;
        this.shared = shared;
        this.readBuffer = new ReadBuffer(allocator, shared.config().sockets().readBufferBytes());
    }

    void start(long sweepMillis) {
        sweeps = eventLoop.scheduleAtFixedRate(this::sweep, sweepMillis, sweepMillis, TimeUnit.MILLISECONDS);
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    ReadBuffer readBuffer() {
        return readBuffer;
    }

    TlsGate.Handshakes handshakes() {
        return handshakes;
    }

    /// Counts of a listener on this loop, to be added to.
    LoginCounts logins(String listener) {
        return logins.computeIfAbsent(listener, _ -> new LoginCounts());
    }

    /// The same, to be read.
    LoginCounts loginsSoFar(String listener) {
        return logins.getOrDefault(listener, LoginCounts.NONE);
    }

    Set<SocketConnection> connections() {
        return connections;
    }

    private void sweep() {
        long now = shared.clock().nanos();
        for (SocketConnection connection : connections) connection.guarded(() -> connection.sweep(now));
    }

    boolean isDraining() {
        return draining;
    }

    /// Lets every connection finish its replies and close.
    void drain() {
        execute(() -> {
            draining = true;
            handshakes.closeAll();
            connections.forEach(SocketConnection::drain);
        });
    }

    /// Closes every connection now.
    void closeAll() {
        execute(() -> connections.forEach(
                connection -> connection.close(CloseReason.SERVER_CLOSING, "replies not taken in time")));
    }

    /// Gives the read buffer back; the server leaves the event loop next.
    void end() {
        Future<?> swept = sweeps;
        if (swept != null) swept.cancel(false);
        execute(() -> {
            connections.forEach(SocketConnection::leave);
            readBuffer.release();
        });
    }

    private void execute(Runnable action) {
        try {
            eventLoop.execute(action);
        } catch (RejectedExecutionException ended) {
            // Only a loop that has failed ends before the server does: its connections are closed.
            LOG.debug("An event loop has ended before the server was closed");
        }
    }
}
