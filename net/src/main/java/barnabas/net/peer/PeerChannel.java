package barnabas.net.peer;

import barnabas.base.security.SaslLogin;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.UnsupportedFieldException;
import barnabas.protocol.message.ApiVersionsRequest;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.Messages;
import barnabas.protocol.message.ResponseHeader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One connection of a [SocketPeer], the last handler of its pipeline: agrees on versions, writes requests in order and
/// matches answers to them. Owner: the peer's event loop.
///
/// It ends once, with [SocketPeer#ended]; the requests that it has not answered by then are in [#inFlight].
final class PeerChannel extends ChannelInboundHandlerAdapter {
    /// Elements of all arrays of one answer.
    private static final int ANSWER_ELEMENTS_MAX = MessageReader.ARRAY_ELEMENTS_MAX;

    private final SocketPeer peer;
    private final PeerConfig config;
    private final Channel channel;
    private final AnswerReader reader;

    /// Written requests without answer, oldest first.
    private final ArrayDeque<PeerRequest> inFlight = new ArrayDeque<>();

    private int nextCorrelationId;
    private final @Nullable PeerLogin login;
    private @Nullable CommonVersions versions;
    private boolean negotiated;
    private boolean ended;

    /// @param logins makes logins; null without SASL
    PeerChannel(
            SocketPeer peer, PeerConfig config, Channel channel, @Nullable Supplier<SaslLogin> logins, PeerLoop loop) {
        this.peer = peer;
        this.config = config;
        this.channel = channel;
        this.reader = new AnswerReader(config.answerBytesMax());
        this.login = logins == null ? null : new PeerLogin(this, logins, loop);
    }

    ArrayDeque<PeerRequest> inFlight() {
        return inFlight;
    }

    /// True once versions are agreed on: requests can be written.
    boolean isReady() {
        return versions != null && !ended;
    }

    // ---- out

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        askForVersions(ApiKey.API_VERSIONS.highestStableVersion());
    }

    private void askForVersions(short version) {
        var builder = ApiVersionsRequest.builder();
        if (version >= 3) builder.clientSoftwareName("barnabas").clientSoftwareVersion(config.softwareVersion());
        var request = new PeerRequest(
                builder.build(), version, peer.connectDeadline(), PeerRequest.UNCHARGED, this::versionsKnown);
        request.version = version;
        writeEncoded(request);
        channel.flush();
    }

    /// A node that does not know our version of ApiVersions answers in version 0, with the versions that it does know
    /// (KIP-511).
    private void versionsKnown(PeerOutcome outcome) {
        if (!(outcome instanceof PeerOutcome.Answered answered)) return;
        var response = (ApiVersionsResponse) answered.response();
        var common = new CommonVersions(response);
        if (response.errorCode() == ErrorCode.UNSUPPORTED_VERSION.code() && !negotiated) {
            negotiated = true;
            askForVersions((short) Math.max(0, common.version(ApiKey.API_VERSIONS, answered.version())));
        } else if (response.errorCode() == 0) {
            versions = common;
            if (login == null) peer.ready();
            else login.begin();
        } else {
            end("ApiVersions was answered with error " + response.errorCode());
        }
    }

    /// Writes a request of the connection itself: part of a login.
    ///
    /// @param versionMin lowest version that will do
    void ask(RequestMessage message, short versionMin, Consumer<PeerOutcome> done) {
        if (ended) return;
        var request = new PeerRequest(
                message, message.apiKey().highestStableVersion(), peer.connectDeadline(), PeerRequest.UNCHARGED, done);
        String problem = write(request);
        if (problem == null && request.version < versionMin) problem = peer + " is too old for " + message.apiKey();
        if (problem != null) end(problem);
        else flush();
    }

    /// @param sessionMillis life of the session; 0 for no end
    void loggedIn(long sessionMillis) {
        if (!ended) peer.loggedIn(this, sessionMillis);
    }

    /// Logs in again on this connection; nothing else may be written until [SocketPeer#ready].
    void logInAgain() {
        if (login != null) login.begin();
    }

    /// The other side does not accept the login, or this one does not trust it.
    void refused(String reason) {
        if (!ended) peer.warn("the login failed: " + reason);
        end("the login failed: " + reason);
    }

    /// Writes a request, without a flush.
    ///
    /// @return null, or the reason why this connection cannot carry the request
    @Nullable
    String write(PeerRequest request) {
        CommonVersions common = versions;
        if (common == null) throw new IllegalStateException("bug: a request before versions are known");
        request.version = common.version(request.key(), request.versionMax);
        if (request.version < 0) return "no version of " + request.key() + " in common with " + peer;
        try {
            writeEncoded(request);
            return null;
        } catch (UnsupportedFieldException e) {
            return peer + " is too old for this " + request.key() + ": " + e.getMessage();
        }
    }

    private void writeEncoded(PeerRequest request) {
        request.correlationId = nextCorrelationId;
        ByteBuf frame = request.encode(config.clientId(), channel.alloc());
        nextCorrelationId = nextCorrelationId + 1 & Integer.MAX_VALUE;
        inFlight.add(request);
        var _ = channel.write(frame, channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    // ---- in

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var in = (ByteBuf) message;
        try {
            while (!ended && in.isReadable()) {
                if (inFlight.isEmpty()) throw new MalformedMessageException("bytes without a request");
                ByteBuffer answer = reader.next(in);
                if (answer != null) answered(answer);
            }
        } catch (MalformedMessageException e) {
            end(String.valueOf(e.getMessage()));
        } finally {
            in.release();
        }
    }

    private void answered(ByteBuffer frame) {
        PeerRequest request = inFlight.getFirst();
        ApiKey key = request.key();
        short version = request.version;
        ResponseMessage response;
        try {
            var bytes = new MessageReader(frame, ANSWER_ELEMENTS_MAX);
            ResponseHeader header = ResponseHeader.read(bytes, key.responseHeaderVersion(version));
            if (header.correlationId() != request.correlationId)
                throw new MalformedMessageException(
                        "correlation id " + header.correlationId() + " where " + request.correlationId + " is due");
            if (key == ApiKey.API_VERSIONS && isUnsupportedVersion(frame)) version = 0;
            response = Messages.readResponse(key, bytes, version);
            if (frame.hasRemaining())
                throw new MalformedMessageException(frame.remaining() + " bytes are left behind its end");
        } catch (MalformedMessageException e) {
            throw new MalformedMessageException("answer to " + key + " v" + version + ": " + e.getMessage());
        }
        inFlight.removeFirst();
        peer.completed(request, new PeerOutcome.Answered(response, version));
    }

    private static boolean isUnsupportedVersion(ByteBuffer body) {
        return body.remaining() >= 2 && body.getShort(body.position()) == ErrorCode.UNSUPPORTED_VERSION.code();
    }

    // ---- the end

    /// Completes the requests whose deadline has passed.
    ///
    /// @return whether there was one: the connection has to be closed
    boolean timeOut() {
        boolean any = false;
        for (Iterator<PeerRequest> all = inFlight.iterator(); all.hasNext(); ) {
            PeerRequest request = all.next();
            if (!request.deadline.passed()) continue;
            any = true;
            all.remove();
            peer.completed(request, new PeerOutcome.TimedOut(true, "no answer to " + request.key() + " from " + peer));
        }
        return any;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end("closed by the other side");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        String tls = PeerTls.reason(cause);
        if (tls != null && !ended) peer.warn(tls);
        end(tls == null ? cause.toString() : tls);
    }

    /// Closes the connection; a second call does nothing.
    void end(String reason) {
        if (ended) return;
        ended = true;
        var _ = channel.close();
        peer.ended(this, reason);
    }
}
