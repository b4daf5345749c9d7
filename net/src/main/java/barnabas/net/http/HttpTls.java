package barnabas.net.http;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/// TLS of HTTP connections. A handshake counts as part of the first request's time, and takes one of the server's
/// connections.
final class HttpTls {
    private static final int HANDSHAKE_MILLIS_MAX = 10_000;
    /// For the last message to a client that does not read.
    private static final int CLOSE_MILLIS_MAX = 1_000;

    private HttpTls() {}

    /// @param threads compute for handshakes, one task of a connection at a time
    static ChannelHandler handler(SSLEngine engine, Executor threads) {
        var tls = new SslHandler(engine, threads);
        tls.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS_MAX);
        tls.setCloseNotifyFlushTimeoutMillis(CLOSE_MILLIS_MAX);
        return tls;
    }

    /// Whether the other side sent no TLS, or none that the settings allow.
    static boolean isFailure(Throwable cause) {
        return cause instanceof SSLException
                || (cause instanceof DecoderException && cause.getCause() instanceof SSLException);
    }
}
