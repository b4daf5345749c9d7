package barnabas.net.peer;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Between the TLS handler of an outgoing connection and its [PeerChannel], which begins when the handshake is done.
/// Owner: the peer's event loop.
final class PeerTls extends ChannelInboundHandlerAdapter {
    /// For the last message to a node that does not read.
    private static final int CLOSE_MILLIS_MAX = 1_000;

    private PeerTls() {}

    /// @param threads run the arithmetic of the handshake
    static void add(ChannelPipeline pipeline, SSLEngine engine, Executor threads) {
        var tls = new SslHandler(engine, threads);
        tls.setHandshakeTimeoutMillis(0); // the peer ends attempts that take too long
        tls.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS_MAX);
        pipeline.addLast(tls, new PeerTls());
    }

    /// Held back until the handshake is done.
    @Override
    public void channelActive(ChannelHandlerContext ctx) {}

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) ctx.fireUserEventTriggered(event);
        else if (handshake.isSuccess()) ctx.fireChannelActive();
        else ctx.fireExceptionCaught(handshake.cause());
    }

    /// The reason, when it is one of TLS: an alert of the other side comes after the handshake in TLS 1.3.
    static @Nullable String reason(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause())
            if (at instanceof SSLException) return "TLS failed: " + at.getMessage();
        return null;
    }
}
