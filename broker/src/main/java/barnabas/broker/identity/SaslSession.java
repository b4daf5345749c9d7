package barnabas.broker.identity;

import barnabas.broker.identity.SaslExchange.Step;
import barnabas.broker.request.Call;
import barnabas.broker.request.ClientState;
import barnabas.broker.request.Session;
import barnabas.broker.security.Principal;
import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.LoginOutcome;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlot;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.SaslAuthenticateResponse;
import barnabas.protocol.message.SaslHandshakeResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// SASL on one connection (KIP-43, KIP-152, KIP-368). Owner: the connection's event loop.
///
/// ```
///        SaslHandshake               last token (WORKING while a slow one is looked at)
/// NEW ─────────────────► LOGGING_IN ─────────────► LOGGED_IN ──┐ SaslHandshake: again, as the same user
///  │ another request         │ wrong                  │        │ (KIP-368), before the session expires
///  ▼                         ▼                        ▼ expired and another request
/// FAILED ◄───────────────────┴────────────────────────┘
/// ```
public final class SaslSession implements Session {
    private static final long LOGIN_AGAIN_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);

    private enum State {
        NEW,
        LOGGING_IN,
        WORKING,
        LOGGED_IN,
        FAILED
    }

    private final SaslListener listener;
    private final Connection connection;
    private final BeforeLogin beforeLogin = new BeforeLogin();
    private State state = State.NEW;
    private String mechanism = "";
    private @Nullable SaslExchange exchange;
    /// Tokens come as frames without a header: the client has sent SaslHandshake v0.
    private boolean bareTokens;
    /// The user that has logged in.
    private @Nullable String user;
    private long expiresNanos;
    private boolean expires;
    private long againSinceNanos;
    private boolean again;

    SaslSession(SaslListener listener, Connection connection) {
        this.listener = listener;
        this.connection = connection;
    }

    @Override
    public boolean admits(ByteBuffer frame, ReplySlot slot, long nowNanos) {
        if (state == State.LOGGED_IN && !expires) return true;
        Optional<String> tooMuch = user == null ? beforeLogin.count(frame, listener.frameBytesMax()) : Optional.empty();
        if (tooMuch.isPresent()) return refuse(slot, tooMuch.get());
        if (state == State.LOGGING_IN && bareTokens) {
            bareToken(frame, slot);
            return false;
        }
        short key = frame.remaining() < 2 ? -1 : frame.getShort(frame.position());
        boolean admitted = switch (state) {
            case NEW ->
                key == ApiKey.SASL_HANDSHAKE.id()
                        || (key == ApiKey.API_VERSIONS.id() && beforeLogin.asksForVersions(frame));
            case LOGGING_IN -> key == ApiKey.SASL_AUTHENTICATE.id();
            case LOGGED_IN -> nowNanos - expiresNanos < 0 || key == ApiKey.SASL_HANDSHAKE.id();
            case WORKING, FAILED -> false;
        };
        if (admitted) return true;
        return refuse(
                slot,
                state == State.LOGGED_IN ? "the session has expired" : "unexpected request " + key + " in " + state);
    }

    private boolean refuse(ReplySlot slot, String reason) {
        if (state == State.LOGGED_IN) connection.countLogin(LoginOutcome.EXPIRED);
        else if (state != State.FAILED) countFailure();
        if (state != State.FAILED) listener.failed(connection.remoteAddress(), reason);
        state = State.FAILED;
        slot.closeConnection(CloseReason.AUTHENTICATION_FAILED, reason);
        return false;
    }

    private void countFailure() {
        connection.countLogin(user == null ? LoginOutcome.FAILED : LoginOutcome.RENEWAL_FAILED);
    }

    /// SaslHandshake.
    public void handshake(String wanted, Call call) {
        long now = listener.nowNanos();
        if (state == State.LOGGED_IN) {
            if (again && now - againSinceNanos < LOGIN_AGAIN_NANOS_MIN) {
                call.answer(new SaslHandshakeResponse(ErrorCode.ILLEGAL_SASL_STATE.code(), List.of()));
                return;
            }
            again = true;
            againSinceNanos = now;
        }
        Optional<SaslExchange> begun = listener.exchange(wanted);
        if (begun.isEmpty() || (user != null && !wanted.equals(mechanism))) {
            var refused = new SaslHandshakeResponse(ErrorCode.UNSUPPORTED_SASL_MECHANISM.code(), listener.mechanisms());
            fail(call, refused, "mechanism " + wanted + " is not enabled, or another one than before");
            return;
        }
        mechanism = wanted;
        exchange = begun.get();
        state = State.LOGGING_IN;
        bareTokens = call.version() == 0;
        call.answer(new SaslHandshakeResponse(ErrorCode.NONE.code(), listener.mechanisms()));
    }

    /// SaslAuthenticate.
    public void authenticate(ByteBuffer token, Call call) {
        SaslExchange running = exchange;
        if (state != State.LOGGING_IN || running == null) {
            call.answer(illegalState());
            return;
        }
        byte[] bytes = copy(token);
        if (!running.isSlow(bytes)) {
            answer(running.next(bytes), call);
            return;
        }
        state = State.WORKING;
        call.elsewhere(() -> {
            Step step = listener.slowly(running, bytes);
            connection.onLoop(() -> call.attempt(() -> {
                if (state == State.WORKING) {
                    state = State.LOGGING_IN;
                    answer(step, call);
                } else call.close(CloseReason.AUTHENTICATION_FAILED, "another request came during a login");
            }));
        });
    }

    private void answer(Step step, Call call) {
        switch (checked(step)) {
            case Step.Challenge(ByteBuffer next) -> call.answer(answer(next, 0));
            case Step.Done done -> call.answer(answer(done.token(), loggedIn(done, call.version() > 0)));
            case Step.Failed(String told, String logged) -> {
                var refused = new SaslAuthenticateResponse(
                        ErrorCode.SASL_AUTHENTICATION_FAILED.code(), told, ByteBuffer.allocate(0), 0);
                fail(call, refused, logged);
            }
        }
    }

    /// Answer to a request that is out of place.
    public static SaslAuthenticateResponse illegalState() {
        return new SaslAuthenticateResponse(
                ErrorCode.ILLEGAL_SASL_STATE.code(),
                "SaslAuthenticate request received after successful authentication",
                ByteBuffer.allocate(0),
                0);
    }

    private static SaslAuthenticateResponse answer(ByteBuffer token, long lifetimeMillis) {
        return new SaslAuthenticateResponse(ErrorCode.NONE.code(), null, token, lifetimeMillis);
    }

    private static byte[] copy(ByteBuffer token) {
        byte[] bytes = new byte[token.remaining()];
        token.get(token.position(), bytes);
        return bytes;
    }

    /// The step with the words that the client gets. A second login must be of the same user.
    private Step checked(Step step) {
        String before = user;
        return switch (step) {
            case Step.Challenge next -> next;
            case Step.Done done -> {
                if (before != null && !before.equals(done.user()))
                    yield new Step.Failed(
                            "Cannot change principals during re-authentication from User:" + before + ": User:"
                                    + done.user(),
                            before + " logged in again as " + done.user());
                yield done;
            }
            case Step.Failed(String told, String logged) ->
                new Step.Failed(
                        told.isEmpty()
                                ? SaslExchange.INVALID.formatted(
                                        before == null ? "authentication" : "re-authentication", mechanism)
                                : told,
                        logged);
        };
    }

    /// @param mayRenew the client's version is one whose clients log in again before their session ends
    /// @return the life of the session in ms, 0 for no end
    private long loggedIn(Step.Done done, boolean mayRenew) {
        LoginOutcome first = mayRenew ? LoginOutcome.SUCCEEDED : LoginOutcome.SUCCEEDED_ONCE;
        connection.countLogin(user == null ? first : LoginOutcome.RENEWED);
        user = done.user();
        long lifeMillis = done.lifeMillis();
        state = State.LOGGED_IN;
        exchange = null;
        long millisMax = listener.sessionMillisMax(mechanism);
        long millis =
                lifeMillis == Long.MAX_VALUE || (millisMax > 0 && millisMax < lifeMillis) ? millisMax : lifeMillis;
        expires = millis > 0;
        if (expires) expiresNanos = listener.nowNanos() + TimeUnit.MILLISECONDS.toNanos(millis);
        connection.limitFrames(Integer.MAX_VALUE);
        connection.loggedIn();
        if (connection.attachment() instanceof ClientState client)
            connection.attach(client.with(new Principal("User", done.user()), done.byToken()));
        return Math.max(0, millis);
    }

    private void bareToken(ByteBuffer frame, ReplySlot slot) {
        SaslExchange running = exchange;
        if (running == null) throw new IllegalStateException("bug: logging in without a mechanism");
        byte[] bytes = copy(frame);
        Step step = running.isSlow(bytes)
                ? new Step.Failed("", mechanism + " in frames without headers is not served")
                : running.next(bytes);
        switch (checked(step)) {
            case Step.Challenge(ByteBuffer next) -> sendBare(next, slot);
            case Step.Done done -> {
                var _ = loggedIn(done, false);
                sendBare(done.token(), slot);
            }
            case Step.Failed(String _, String logged) -> {
                countFailure();
                state = State.FAILED;
                listener.failed(connection.remoteAddress(), logged);
                var _ = connection.onLoopAfter(
                        listener.failureDelayNanos(),
                        () -> slot.closeConnection(CloseReason.AUTHENTICATION_FAILED, logged));
            }
        }
    }

    private static void sendBare(ByteBuffer token, ReplySlot slot) {
        ReplyBuffer buffer = slot.allocate(token.remaining());
        buffer.bytes().put(token);
        slot.send(new Reply(buffer));
    }

    /// Answers after the pause for failed logins, then closes.
    private void fail(Call call, ResponseMessage refusal, String reason) {
        countFailure();
        state = State.FAILED;
        exchange = null;
        listener.failed(connection.remoteAddress(), reason);
        var _ = connection.onLoopAfter(listener.failureDelayNanos(), () -> {
            call.answer(refusal);
            connection.closeWhenAnswered(CloseReason.AUTHENTICATION_FAILED, reason);
        });
    }
}
