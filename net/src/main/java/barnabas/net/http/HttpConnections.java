package barnabas.net.http;

import barnabas.base.Clock;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// The open connections of one server, and their limits. Owner: the server's event loop.
final class HttpConnections implements Runnable {
    private static final int LINE_BYTES_MAX = 4 << 10;
    private static final long SWEEP_MILLIS = 500;
    /// Largest bodies that are answered at a time: what is made of one takes several times its bytes.
    private static final int LARGEST_AT_ONCE = 16;

    private final HttpConfig config;
    private final HttpHandler handler;
    private final Executor answering;
    private final Clock clock;
    private final EventLoop loop;
    /// Those that wait for their clients first, longest first; those that are being answered at the end.
    private final Set<HttpConnection> connections = new LinkedHashSet<>();
    /// Of responses that are made but not read.
    private final AtomicLong unsentBytes = new AtomicLong();
    /// Of bodies of requests that are being answered.
    private final AtomicLong askedBytes = new AtomicLong();

    private volatile int open;
    private boolean sweeping;

    HttpConnections(HttpConfig config, HttpHandler handler, Executor answering, Clock clock, EventLoop loop) {
        this.config = config;
        this.handler = handler;
        this.answering = answering;
        this.clock = clock;
        this.loop = loop;
    }

    HttpConfig config() {
        return config;
    }

    HttpHandler handler() {
        return handler;
    }

    Executor answering() {
        return answering;
    }

    Clock clock() {
        return clock;
    }

    int open() {
        return open;
    }

    /// @param tlsEngines makes the engine of an encrypted connection; null for a plain one
    void opened(Channel channel, @Nullable Supplier<SSLEngine> tlsEngines) {
        if (connections.size() >= config.connectionsMax() && !makeRoom()) {
            var _ = channel.close();
            return;
        }
        var connection = new HttpConnection(this, channel, tlsEngines != null);
        connections.add(connection);
        open = connections.size();
        channel.closeFuture().addListener(new Closed(connection));
        var decoding = new HttpDecoderConfig()
                .setMaxInitialLineLength(LINE_BYTES_MAX)
                .setMaxHeaderSize(config.headerBytesMax())
                .setMaxChunkSize(config.bodyBytesMax())
                .setInitialBufferSize(512);
        if (tlsEngines != null) channel.pipeline().addLast(HttpTls.handler(tlsEngines.get(), answering));
        channel.pipeline()
                .addLast(
                        new FirstByte(connection),
                        new HttpServerCodec(decoding),
                        new HttpObjectAggregator(config.bodyBytesMax(), true),
                        connection);
        if (!sweeping) {
            sweeping = true;
            sweepLater();
        }
    }

    /// The end of a connection.
    private final class Closed implements ChannelFutureListener {
        private final HttpConnection connection;

        Closed(HttpConnection connection) {
            this.connection = connection;
        }

        @Override
        public void operationComplete(ChannelFuture future) {
            connections.remove(connection);
            open = connections.size();
        }
    }

    /// Notices the beginning of a request before it is decoded.
    private static final class FirstByte extends ChannelInboundHandlerAdapter {
        private final HttpConnection connection;

        FirstByte(HttpConnection connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            connection.received();
            ctx.fireChannelRead(message);
        }
    }

    /// Closes the connection that has waited longest for its client.
    private boolean makeRoom() {
        for (HttpConnection each : connections) {
            if (each.isAnswering()) continue;
            each.close("its place is needed");
            return true;
        }
        return false;
    }

    /// A connection has something else to wait for: it is the last to make room.
    void moved(HttpConnection connection) {
        if (connections.remove(connection)) connections.add(connection);
    }

    /// Whether a response may be held until its client has read it.
    boolean reserve(long bytes) {
        return reserve(unsentBytes, bytes, config.unsentBytesMax());
    }

    private static boolean reserve(AtomicLong sum, long bytes, long max) {
        long held = sum.addAndGet(bytes);
        if (held <= max || held == bytes) return true;
        sum.addAndGet(-bytes);
        return false;
    }

    /// Whether a request with a body of that size may be answered now.
    boolean reserveRequest(long bytes) {
        return reserve(askedBytes, bytes, (long) LARGEST_AT_ONCE * config.bodyBytesMax());
    }

    void releaseRequest(long bytes) {
        askedBytes.addAndGet(-bytes);
    }

    void release(long bytes) {
        unsentBytes.addAndGet(-bytes);
    }

    private void sweepLater() {
        var _ = loop.schedule((Runnable) this, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Closes connections that take too long. Nothing is scheduled while no connection is open.
    @Override
    public void run() {
        long now = clock.nanos();
        for (HttpConnection each : List.copyOf(connections)) each.sweep(now);
        sweeping = !connections.isEmpty();
        if (sweeping) sweepLater();
    }

    void closeAll() {
        try {
            loop.execute(() -> {
                for (HttpConnection each : new ArrayList<>(connections)) each.close("the server closes");
            });
        } catch (RejectedExecutionException ended) {
            return; // with its connections
        }
    }
}
