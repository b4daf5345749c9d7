package barnabas.net.http;

import barnabas.base.Failure;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection: a request at a time. A client that sends the next one before it has the answer is closed after that
/// answer, so that nothing has to wait in memory. Owner: the event loop.
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    private static final ByteBuffer NO_BODY = ByteBuffer.allocate(0);

    private enum State {
        /// No byte of the next request has come.
        IDLE,
        REQUEST,
        ANSWERING,
        RESPONSE
    }

    private final HttpConnections server;
    private final Channel channel;
    private final boolean isEncrypted;
    private State state = State.REQUEST;
    private long sinceNanos;
    private boolean closesNext;
    /// Set by itself, so that the end of the connection ends a wait of its handler.
    private volatile @Nullable Thread answeringThread;

    HttpConnection(HttpConnections server, Channel channel, boolean isEncrypted) {
        super(FullHttpRequest.class);
        this.server = server;
        this.channel = channel;
        this.isEncrypted = isEncrypted;
        this.sinceNanos = server.clock().nanos();
    }

    boolean isAnswering() {
        return state == State.ANSWERING;
    }

    private void become(State next) {
        state = next;
        // A client that sends more before it has its answer waits in its own socket.
        channel.config().setAutoRead(next == State.IDLE || next == State.REQUEST);
        sinceNanos = server.clock().nanos();
        server.moved(this);
    }

    /// Bytes have come.
    void received() {
        if (state == State.IDLE) become(State.REQUEST);
    }

    void sweep(long nowNanos) {
        HttpConfig config = server.config();
        long passed = nowNanos - sinceNanos;
        boolean over = switch (state) {
            case IDLE -> passed > config.idleMax().toNanos();
            case REQUEST -> passed > config.requestMax().toNanos();
            case RESPONSE -> passed > config.responseMax().toNanos();
            case ANSWERING -> false;
        };
        if (over) close("it took too long: " + state);
    }

    void close(String reason) {
        LOG.debug("HTTP connection from {} is closed: {}", channel.remoteAddress(), reason);
        var _ = channel.close();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest message) {
        if (state == State.ANSWERING || state == State.RESPONSE) {
            closesNext = true;
            return;
        }
        become(State.ANSWERING);
        if (message.decoderResult().isFailure()) {
            closesNext = true;
            send(refusal(message.decoderResult().cause()), false);
            return;
        }
        closesNext = !HttpUtil.isKeepAlive(message);
        HttpRequest request;
        try {
            request = request(message);
        } catch (IllegalArgumentException e) {
            closesNext = true;
            send(HttpResponse.error(400, "malformed path"), false);
            return;
        }
        boolean head = message.method().equals(HttpMethod.HEAD);
        int bytes = request.body().remaining();
        if (!server.reserveRequest(bytes)) {
            closesNext = true;
            send(HttpResponse.error(503, "too many large requests are answered now"), head);
            return;
        }
        try {
            server.answering().execute(new Turn(request, head));
        } catch (RejectedExecutionException closing) {
            server.releaseRequest(bytes);
            close("the server closes");
        }
    }

    private static HttpResponse refusal(Throwable cause) {
        boolean large = cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException;
        return large ? HttpResponse.error(431, "headers too large") : HttpResponse.error(400, "malformed request");
    }

    private InetAddress peer() {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    private HttpRequest request(FullHttpRequest message) {
        var decoder = new QueryStringDecoder(message.uri());
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, String> each : message.headers()) {
            String name = each.getKey().toLowerCase(Locale.ROOT);
            String before = headers.get(name);
            headers.put(name, before == null ? each.getValue() : before + "," + each.getValue());
        }
        String path = decoder.path();
        if (!path.startsWith("/")) throw new IllegalArgumentException("no path");
        return new HttpRequest(
                message.method().name(),
                path,
                decoder.rawPath(),
                decoder.rawQuery(),
                headers,
                ByteBuffer.wrap(ByteBufUtil.getBytes(message.content())),
                peer(),
                isEncrypted);
    }

    /// One request and its answer. A class of its own: two lambdas would take more memory than a page of metrics.
    private final class Turn implements Runnable {
        private final HttpRequest request;
        private final boolean head;
        private volatile @Nullable HttpResponse response;

        Turn(HttpRequest request, boolean head) {
            this.request = request;
            this.head = head;
        }

        /// On a virtual thread, then on the event loop.
        @Override
        public void run() {
            HttpResponse made = response;
            if (made != null) send(made, head);
            else answer(this);
        }
    }

    /// The end of a response.
    private final class Sent implements ChannelFutureListener {
        private final int bytes;

        Sent(int bytes) {
            this.bytes = bytes;
        }

        @Override
        public void operationComplete(ChannelFuture done) {
            server.release(bytes);
            if (!done.isSuccess() || closesNext) close("it is over");
            else become(State.IDLE);
        }
    }

    /// On a virtual thread.
    private void answer(Turn turn) {
        int bytes = turn.request.body().remaining();
        try {
            make(turn);
        } finally {
            server.releaseRequest(bytes);
        }
    }

    private void make(Turn turn) {
        HttpRequest request = turn.request;
        answeringThread = Thread.currentThread();
        if (!channel.isActive()) return;
        HttpResponse response;
        try {
            response = server.handler().answer(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            response = HttpResponse.error(503, "the server closes");
        } catch (Throwable e) {
            LOG.error("{} {} failed", request.method(), request.path(), e);
            var _ = channel.close();
            Failure.rethrowIfFatal(e);
            return;
        } finally {
            answeringThread = null;
        }
        turn.response = response;
        try {
            channel.eventLoop().execute(turn);
        } catch (RejectedExecutionException ended) {
            LOG.debug("the server has closed before an answer");
        }
    }

    private void send(HttpResponse response, boolean head) {
        if (!channel.isActive()) return;
        ByteBuffer body = head ? NO_BODY : response.body();
        int bytes = body.remaining();
        if (!server.reserve(bytes)) {
            closesNext = true;
            send(HttpResponse.error(503, "too many responses are not read yet"), head);
            return;
        }
        become(State.RESPONSE);
        var message = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                Unpooled.wrappedBuffer(body.duplicate()));
        message.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, response.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, response.body().remaining())
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff");
        for (Map.Entry<String, String> each : response.headers().entrySet())
            message.headers().set(each.getKey(), each.getValue());
        if (closesNext) message.headers().set(HttpHeaderNames.CONNECTION, "close");
        channel.writeAndFlush(message).addListener(new Sent(bytes));
    }

    /// A handler that waits for something is not left behind: clients could pile up any number of them.
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Thread answering = answeringThread;
        if (answering != null) answering.interrupt();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // The end of a connection within a request is an exception of the decoder.
        boolean isOfClient = cause instanceof IOException || cause instanceof PrematureChannelClosureException;
        if (isOfClient || HttpTls.isFailure(cause))
            LOG.debug("HTTP connection from {}: {}", channel.remoteAddress(), cause);
        else LOG.warn("HTTP connection from {} is closed", channel.remoteAddress(), cause);
        var _ = channel.close();
        Failure.rethrowIfFatal(cause);
    }
}
