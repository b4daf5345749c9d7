package barnabas.net.http;

import barnabas.base.Clock;
import barnabas.base.Threads;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// HTTP on sockets, on one event loop of its own: a flood of requests occupies that loop and no other. The first
/// connection loads what reads HTTP ([HttpConnections]).
public final class SocketHttpServer implements HttpServer {
    private static final int READ_BYTES = 4 << 10;

    private final HttpConfig config;
    private final HttpHandler handler;
    private final Clock clock;
    private final Threads threads;
    private final EventLoopGroup loop;
    private final List<Channel> listening = new ArrayList<>();
    private @Nullable ExecutorService answering;
    private volatile @Nullable HttpConnections connections; // set by the event loop

    private SocketHttpServer(
            HttpConfig config, HttpHandler handler, IoHandlerFactory ioHandlers, Clock clock, Threads threads) {
        this.config = config;
        this.handler = handler;
        this.clock = clock;
        this.threads = threads;
        this.loop = new MultiThreadIoEventLoopGroup(
                1, threads.loops(new DefaultThreadFactory("barnabas-http", true)), ioHandlers);
        // A loop of Netty's that has no task to come wakes up once a second to look for one.
        var _ = loop.next().scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.DAYS);
    }

    /// Means of the node that a server runs on.
    ///
    /// @param allocator of buffers for requests
    public record Transport(
            IoHandlerFactory ioHandlers, Class<? extends ServerChannel> channel, ByteBufAllocator allocator) {}

    /// Binds all addresses.
    ///
    /// @throws IOException when one cannot be bound; its message names address and cause, and nothing stays bound
    public static SocketHttpServer start(
            HttpConfig config, HttpHandler handler, Transport transport, Clock clock, Threads threads)
            throws IOException {
        var server = new SocketHttpServer(config, handler, transport.ioHandlers(), clock, threads);
        try {
            for (HttpConfig.Address address : config.addresses()) server.bind(address, transport);
        } catch (IOException | RuntimeException | Error e) {
            server.close();
            throw e;
        }
        return server;
    }

    private void bind(HttpConfig.Address address, Transport transport) throws IOException {
        var socket = address.host().isEmpty()
                ? new InetSocketAddress(address.port())
                : new InetSocketAddress(address.host(), address.port());
        String where = "HTTP listener cannot listen on " + (address.host().isEmpty() ? "port " : address.host() + ":")
                + address.port();
        if (socket.isUnresolved()) throw new IOException(where + ": unknown host");
        ChannelFuture bound =
                bootstrap(transport, address.tlsEngines()).bind(socket).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new IOException(where + ": " + (cause == null ? "interrupted" : cause.getMessage()), cause);
        }
        listening.add(bound.channel());
    }

    private ServerBootstrap bootstrap(Transport transport, @Nullable Supplier<SSLEngine> tlsEngines) {
        return new ServerBootstrap()
                .group(loop, loop)
                .channel(transport.channel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, config.connectionsMax())
                .childOption(ChannelOption.ALLOCATOR, transport.allocator())
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections().opened(channel, tlsEngines);
                    }
                });
    }

    /// On the event loop.
    private HttpConnections connections() {
        HttpConnections present = connections;
        if (present != null) return present;
        ExecutorService executor = threads.perTask("http");
        answering = executor;
        present = new HttpConnections(config, handler, executor, clock, loop.next());
        connections = present;
        return present;
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return listening.stream()
                .map(channel -> (InetSocketAddress) channel.localAddress())
                .toList();
    }

    @Override
    public int openConnections() {
        HttpConnections present = connections;
        return present == null ? 0 : present.open();
    }

    @Override
    public void close() {
        for (Channel channel : listening) channel.close().awaitUninterruptibly();
        HttpConnections present = connections;
        if (present != null) present.closeAll();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        ExecutorService executor = answering;
        if (executor != null) executor.shutdownNow();
    }
}
