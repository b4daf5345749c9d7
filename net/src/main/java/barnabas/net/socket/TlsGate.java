package barnabas.net.socket;

import barnabas.base.Threads;
import barnabas.net.CloseReason;
import barnabas.net.LoginOutcome;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Between the TLS handler of an accepted connection and its [SocketConnection], which learns of its client when the
/// handshake is done. A handshake that fails costs its own connection. Owner: the connection's event loop; of the
/// handshake, that on which clients log in.
final class TlsGate extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TlsGate.class);

    private static final int HANDSHAKE_MILLIS_MAX = 10_000;
    /// For the last message to a client that does not read.
    private static final int CLOSE_MILLIS_MAX = 1_000;

    private static final int READ_BYTES = 32 << 10;
    private static final int READS_IN_A_ROW_MAX = 4;

    private final SslHandler tls;
    private final SocketConnection connection;
    private final Handshakes handshakes;
    private final boolean sasl;
    private boolean done;
    private boolean failed;

    private TlsGate(SslHandler tls, SocketConnection connection, boolean sasl, Handshakes handshakes) {
        this.tls = tls;
        this.sasl = sasl;
        this.connection = connection;
        this.handshakes = handshakes;
    }

    /// Threads for the arithmetic of handshakes, which would take an event loop 1 to 3 ms each.
    static ExecutorService threads(Threads threads) {
        int processors = Runtime.getRuntime().availableProcessors();
        return threads.pool("tls-handshake", Math.max(1, processors / 2));
    }

    /// @param sasl the client logs in after its handshake
    static void add(
            Channel channel,
            SSLEngine engine,
            SocketConnection connection,
            boolean sasl,
            Handshakes handshakes,
            @Nullable Executor threads) {
        if (threads == null) throw new IllegalStateException("bug: an encrypted listener without threads");
        var tls = new Tls(engine, threads);
        tls.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS_MAX);
        tls.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS_MAX);
        channel.config()
                .setRecvByteBufAllocator(
                        new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(READS_IN_A_ROW_MAX));
        channel.pipeline().addLast(tls, new TlsGate(tls, connection, sasl, handshakes));
    }

    /// The arithmetic of a handshake may fail after its connection was closed, when no other handler is left that could
    /// take the failure: Netty would log it with its stack.
    private static final class Tls extends SslHandler {
        Tls(SSLEngine engine, Executor threads) {
            super(engine, threads);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
            if (ctx.pipeline().get(TlsGate.class) != null) super.exceptionCaught(ctx, cause);
        }
    }

    /// Held back until the handshake is done.
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        handshakes.begin(connection);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!done) handshakes.end(connection);
        ctx.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        if (!done) handshakes.end(connection);
        if (!handshake.isSuccess()) {
            failed(handshake.cause());
        } else if (!done) {
            done = true;
            try {
                connection.showed(tls.engine().getSession().getPeerPrincipal().getName());
            } catch (SSLPeerUnverifiedException e) {
                LOG.debug("{} shows no certificate", connection.remoteAddress());
            }
            ctx.fireChannelActive();
            if (!sasl) {
                // A certificate whose name no rule maps has closed it.
                if (connection.isOpen()) connection.countLogin(LoginOutcome.SUCCEEDED_ONCE);
                connection.loggedIn();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable inner = cause instanceof DecoderException ? cause.getCause() : cause;
        if (inner instanceof SSLException) failed(inner);
        else ctx.fireExceptionCaught(cause);
    }

    /// A handshake that its client or the server breaks off is no failed login.
    private void failed(@Nullable Throwable cause) {
        if (!done && !failed && cause instanceof SSLException) connection.countLogin(LoginOutcome.FAILED);
        failed = true;
        connection.close(CloseReason.TLS_FAILED, cause == null ? "" : String.valueOf(cause.getMessage()));
    }

    /// Connections of one event loop whose TLS handshake is not done, oldest first. Owner: the event loop.
    ///
    /// A handshake takes milliseconds. With [#MAX] of them open the oldest is closed for a new one, so that
    /// clients that hold theirs open keep no other client out.
    static final class Handshakes {
        static final int MAX = 512;

        private final LinkedHashSet<SocketConnection> open = new LinkedHashSet<>();

        void begin(SocketConnection connection) {
            if (open.size() >= MAX) {
                SocketConnection oldest = open.getFirst();
                end(oldest);
                oldest.close(CloseReason.TLS_FAILED, "more than " + MAX + " handshakes are open");
            }
            open.add(connection);
        }

        void end(SocketConnection connection) {
            open.remove(connection);
        }

        void closeAll() {
            for (SocketConnection each : new ArrayList<>(open))
                each.close(CloseReason.SERVER_CLOSING, "in a handshake");
        }
    }
}
