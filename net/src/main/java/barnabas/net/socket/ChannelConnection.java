package barnabas.net.socket;

import barnabas.base.Failure;
import barnabas.base.Threads;
import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.LoginOutcome;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection's names, its client's state, and tasks on its event loop: the part that knows nothing of frames.
abstract class ChannelConnection extends ChannelInboundHandlerAdapter implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(SocketConnection.class);

    final Channel channel;
    /// The one that serves it now. Owner: that loop.
    NetworkLoop loop;
    private final long id;
    private final String listenerName;
    private final InetSocketAddress remoteAddress;
    private final Threads threads;
    private volatile @Nullable Object attachment;
    private volatile @Nullable String peerName;
    private @Nullable CloseReason closeReason;
    private String closeDetail = "";

    /// @param threads end the node for a failure after which it cannot go on
    ChannelConnection(long id, Channel channel, String listenerName, NetworkLoop loop, Threads threads) {
        this.id = id;
        this.channel = channel;
        this.loop = loop;
        this.listenerName = listenerName;
        this.remoteAddress = (InetSocketAddress) channel.remoteAddress();
        this.threads = threads;
    }

    /// Runs foreign code; what it throws costs only this connection.
    final void guarded(Runnable action) {
        try {
            action.run();
        } catch (Throwable failure) {
            logFailure(failure);
            close(CloseReason.HANDLER_FAILED, failure.toString());
        }
    }

    final void logFailure(Throwable cause) {
        LOG.error("Request from {} on {} failed; its connection is closed", remoteAddress, listenerName, cause);
        // Netty's own limit on buffers costs a connection; memory that ran out ends the node.
        if (Failure.isFatal(cause) && !(cause instanceof OutOfDirectMemoryError)) {
            threads.fail("request handling", cause);
        }
    }

    @Override
    public final void countLogin(LoginOutcome outcome) {
        loop.logins(listenerName).count(outcome);
    }

    @Override
    public final long id() {
        return id;
    }

    @Override
    public final InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public final InetSocketAddress localAddress() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public final String listenerName() {
        return listenerName;
    }

    @Override
    public final @Nullable String peerName() {
        return peerName;
    }

    /// The client has shown a certificate. Before its first frame.
    final void showed(String name) {
        peerName = name;
    }

    @Override
    public final boolean isOpen() {
        return channel.isActive();
    }

    @Override
    public final @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public final void attach(Object state) {
        attachment = state;
    }

    @Override
    public final void onLoop(Runnable action) {
        try {
            channel.eventLoop().execute(() -> runHere(action));
        } catch (RejectedExecutionException e) {
            LOG.debug("Connection {}: server has closed, action dropped", id);
        }
    }

    @Override
    public final Future<?> onLoopAfter(long delayNanos, Runnable action) {
        try {
            return channel.eventLoop().schedule(() -> runHere(action), delayNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Connection {}: server has closed, action dropped", id);
            return CompletableFuture.completedFuture(null);
        }
    }

    /// Runs a task on the loop that it was meant for, unless the connection has moved to another one since.
    private void runHere(Runnable action) {
        if (isOnLoop()) guarded(action);
        else onLoop(action);
    }

    @Override
    public final boolean isOnLoop() {
        return channel.eventLoop().inEventLoop();
    }

    /// Sets the reason for the end of this connection: the first that is set counts. On the loop.
    final void because(CloseReason reason, String detail) {
        if (closeReason != null) return;
        closeReason = reason;
        closeDetail = detail;
    }

    /// Counts and logs the end. On the loop.
    final void reportClosed(Counters counters) {
        CloseReason counted = closeReason == null ? CloseReason.CLIENT_CLOSED : closeReason;
        LOG.debug(
                "Connection {} from {} on {} closed: {}{}{}",
                id,
                remoteAddress,
                listenerName,
                counted.text(),
                closeDetail.isEmpty() ? "" : ", ",
                closeDetail);
        counters.closed(counted);
    }
}
