package barnabas.net.socket;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.net.Connection;
import barnabas.net.ConnectionLimits;
import barnabas.net.FrameHandler;
import barnabas.net.ListenerConfig;
import barnabas.net.NetworkCounters;
import barnabas.net.Server;
import barnabas.net.ServerConfig;
import barnabas.net.SocketOptions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/// The listeners and their event loops.
///
/// ```
/// socket -> [SslHandler, TlsGate] -> SocketConnection: FrameReader -> FrameHandler -> ReplySlot -> ReplyOrder ->
/// socket
///                                                              broker
/// ```
/// A frame is handled on the loop that read it. What can be answered at once is, and all answers to one read leave
/// together; what has to wait completes its `ReplySlot` later, from any thread.
public final class NetworkServer implements Server {
    /// Replies count with the files in them, so that a client that does not read them is asked for nothing more.
    private static final MessageSizeEstimator SIZES = () -> message -> {
        if (message instanceof ByteBuf bytes) return bytes.readableBytes();
        return message instanceof FileRegion region ? (int) Math.min(Integer.MAX_VALUE, region.count()) : 0;
    };

    private static final long SWEEP_MILLIS_MAX = 5_000;

    private final SharedState shared;
    private final EventLoops eventLoops;
    /// Loops of clients that have logged in, then the one on which they do, if any does.
    private final Map<EventLoop, NetworkLoop> loops = new LinkedHashMap<>();
    private final int servingLoops;
    private final Admission admission;
    private final AtomicLong nextConnectionId = new AtomicLong();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Channel> listening = new LinkedHashMap<>();

    private NetworkServer(ServerConfig config, FrameHandler handler, Clock clock, EventLoops eventLoops)
            throws IOException {
        var memory = new RequestMemory(
                config.requests().heldRequestBytesMax(), config.requests().requestBytesMax());
        var replies = new ReplyMemory(config.requests().allUnsentReplyBytesMax(), this::unsentReplyBytes, clock);
        this.shared = new SharedState(
                handler,
                config,
                memory,
                replies,
                new Counters(),
                clock,
                eventLoops.threads(),
                isEncrypted(config) ? TlsGate.threads(eventLoops.threads()) : null);
        this.eventLoops = eventLoops;
        for (EventExecutor each : eventLoops.group()) loops.put((EventLoop) each, networkLoop((EventLoop) each));
        this.servingLoops = loops.size();
        // Clients may have to show who they are on a loop of its own: that one accepts connections too.
        EventLoop accepts =
                hasLogins(config) ? eventLoops.logins() : eventLoops.group().next();
        loops.computeIfAbsent(accepts, this::networkLoop);
        this.admission = new Admission(accepts, config.connections(), shared.counters(), clock);
    }

    private NetworkLoop networkLoop(EventLoop eventLoop) {
        return new NetworkLoop(eventLoop, shared, EventLoops.ALLOCATOR);
    }

    private static boolean isEncrypted(ServerConfig config) {
        for (ListenerConfig each : config.listeners()) if (each.tlsEngines() != null) return true;
        return false;
    }

    private static boolean hasLogins(ServerConfig config) {
        for (ListenerConfig each : config.listeners()) if (each.hasLogins()) return true;
        return false;
    }

    @Override
    public List<Executor> loops() {
        return List.copyOf(loops.keySet());
    }

    @Override
    public int servingLoops() {
        return servingLoops;
    }

    @Override
    public List<String> listeners() {
        return List.copyOf(listening.keySet());
    }

    @Override
    public List<Long> loopThreadIds() {
        var ids = new ArrayList<Long>();
        for (EventLoop each : loops.keySet())
            ids.add(((SingleThreadEventExecutor) each).threadProperties().id());
        return ids;
    }

    @Override
    public void visitConnections(ConnectionVisitor visitor) {
        int number = 0;
        for (NetworkLoop loop : loops.values()) {
            for (Connection connection : loop.connections()) visitor.visit(connection, number);
            number++;
        }
    }

    @Override
    public boolean hasLogins() {
        return hasLogins(shared.config());
    }

    @Override
    public void visitLogins(LoginVisitor visitor) {
        for (ListenerConfig listener : shared.config().listeners()) {
            if (!listener.hasLogins()) continue;
            int number = 0;
            for (NetworkLoop loop : loops.values())
                visitor.visit(listener.name(), number++, loop.loginsSoFar(listener.name()));
        }
    }

    /// Binds all listeners and serves connections with `handler`, on event loops of its own.
    ///
    /// @throws IOException as [Network#listen]
    static NetworkServer start(ServerConfig config, FrameHandler handler, Clock clock, Threads threads)
            throws IOException {
        Transport transport = Transport.choose(config.sockets().nativeTransport());
        return start(config, handler, clock, new EventLoops(config.networkThreads(), transport, threads));
    }

    /// Binds all listeners and serves connections with `handler`, on loops that this server is a user of.
    ///
    /// @throws IOException when an address cannot be bound; its message names listener, address and cause, and
    ///     nothing stays bound
    static NetworkServer start(ServerConfig config, FrameHandler handler, Clock clock, EventLoops eventLoops)
            throws IOException {
        return start(
                config,
                handler,
                clock,
                eventLoops,
                sweepMillis(config.connections().idleMax()));
    }

    static NetworkServer start(
            ServerConfig config, FrameHandler handler, Clock clock, EventLoops eventLoops, long sweepMillis)
            throws IOException {
        NetworkServer server;
        try {
            server = new NetworkServer(config, handler, clock, eventLoops);
        } catch (IOException e) {
            eventLoops.leave();
            throw e;
        }
        try {
            for (ListenerConfig listener : config.listeners()) server.bind(listener);
        } catch (IOException | RuntimeException | Error e) {
            server.close();
            throw e;
        }
        for (NetworkLoop loop : server.loops.values()) loop.start(sweepMillis);
        return server;
    }

    /// Pause between looks for idle connections and for frames that stall.
    private static long sweepMillis(Duration idleMax) {
        return idleMax.isNegative() ? SWEEP_MILLIS_MAX : Math.clamp(idleMax.toMillis() / 8, 1, SWEEP_MILLIS_MAX);
    }

    private void bind(ListenerConfig listener) throws IOException {
        var address = listener.host().isEmpty()
                ? new InetSocketAddress(listener.port())
                : new InetSocketAddress(listener.host(), listener.port());
        String where = "listener " + listener.name() + " cannot listen on "
                + (listener.host().isEmpty() ? "port " : listener.host() + ":") + listener.port();
        if (address.isUnresolved()) throw new IOException(where + ": unknown host");
        ChannelFuture bound = bootstrap(listener).bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new IOException(where + ": " + (cause == null ? "interrupted" : cause.getMessage()), cause);
        }
        listening.put(listener.name(), bound.channel());
    }

    private ServerBootstrap bootstrap(ListenerConfig listener) {
        SocketOptions sockets = shared.config().sockets();
        int unsentMax = shared.config().requests().unsentReplyBytesMax();
        var bootstrap = new ServerBootstrap()
                .group(admission.owner(), listener.hasLogins() ? admission.owner() : eventLoops.group())
                .channel(eventLoops.transport().serverChannel())
                .handler(admission.gate(listener))
                // Accepts one at a time: the limit may be reached with any of them.
                .option(ChannelOption.RECVBUF_ALLOCATOR, new ServerChannelRecvByteBufAllocator())
                .option(ChannelOption.SO_BACKLOG, sockets.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, EventLoops.ALLOCATOR)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.MESSAGE_SIZE_ESTIMATOR, SIZES)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(unsentMax / 2, unsentMax))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connect(channel, listener);
                    }
                });
        if (sockets.receiveBufferBytes() > 0) {
            // On the listening socket too: the TCP window scale is settled before a connection is accepted.
            bootstrap.option(ChannelOption.SO_RCVBUF, sockets.receiveBufferBytes());
            bootstrap.childOption(ChannelOption.SO_RCVBUF, sockets.receiveBufferBytes());
        }
        if (sockets.sendBufferBytes() > 0) bootstrap.childOption(ChannelOption.SO_SNDBUF, sockets.sendBufferBytes());
        return bootstrap;
    }

    private void connect(Channel channel, ListenerConfig listener) {
        NetworkLoop loop = loop(channel.eventLoop());
        Supplier<NetworkLoop> serving =
                listener.hasLogins() ? () -> loop(eventLoops.group().next()) : null;
        var connection =
                new SocketConnection(nextConnectionId.incrementAndGet(), channel, listener, loop, serving, shared);
        Supplier<SSLEngine> engines = listener.tlsEngines();
        // Bytes of an encrypted socket are not those of frames.
        if (engines == null) channel.config().setRecvByteBufAllocator(new ReadTargets(connection.reader()));
        else {
            boolean sasl = listener.protocol().isSasl();
            TlsGate.add(channel, engines.get(), connection, sasl, loop.handshakes(), shared.handshakeThreads());
        }
        channel.pipeline().addLast(connection);
    }

    private NetworkLoop loop(EventLoop eventLoop) {
        NetworkLoop loop = loops.get(eventLoop);
        if (loop == null) throw new IllegalStateException("bug: connection on a foreign event loop");
        return loop;
    }

    @Override
    public InetSocketAddress address(String listenerName) {
        Channel channel = listening.get(listenerName);
        if (channel == null) throw new IllegalArgumentException("no listener " + listenerName);
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public void limit(ConnectionLimits limits) {
        admission.limit(limits);
    }

    private long unsentReplyBytes() {
        long unsent = 0;
        for (NetworkLoop loop : loops.values())
            for (SocketConnection connection : loop.connections()) unsent += connection.unsentReplyBytes();
        return unsent;
    }

    @Override
    public NetworkCounters counters() {
        long unsent = unsentReplyBytes();
        Counters counters = shared.counters();
        return new NetworkCounters(
                counters.accepted.sum(),
                admission.admitted(),
                counters.closed(),
                counters.bytesIn.sum(),
                counters.bytesOut.sum(),
                counters.requests.sum(),
                shared.memory().heldBytes(),
                unsent);
    }

    /// Leaves the event loops, which end with their last user.
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            awaitClosed();
            return;
        }
        for (Channel channel : listening.values()) channel.close().awaitUninterruptibly();
        try {
            loops.values().forEach(NetworkLoop::drain);
            if (!admission.awaitNone(shared.config().drainMax())) {
                loops.values().forEach(NetworkLoop::closeAll);
                admission.awaitNone(Duration.ofSeconds(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the event loops close what is left, at once
        }
        loops.values().forEach(NetworkLoop::end);
        ExecutorService handshakes = shared.handshakeThreads();
        if (handshakes != null) handshakes.shutdown();
        eventLoops.leave();
        closed.countDown();
    }

    private void awaitClosed() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // another thread closes
        }
    }
}
