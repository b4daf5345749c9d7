package barnabas.net.peer;

import barnabas.base.security.SaslLogin;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.SaslAuthenticateRequest;
import barnabas.protocol.message.SaslAuthenticateResponse;
import barnabas.protocol.message.SaslHandshakeRequest;
import barnabas.protocol.message.SaslHandshakeResponse;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Logins of one connection by SASL: the first one between the agreement on versions and the first request, later ones
/// before the session ends (KIP-43, KIP-152, KIP-368). Owner: the peer's event loop.
final class PeerLogin {
    /// Version in which tokens have headers.
    private static final short HANDSHAKE_VERSION_MIN = 1;

    private final PeerChannel channel;
    private final Supplier<SaslLogin> logins;
    private final PeerLoop loop;
    private @Nullable SaslLogin running;

    PeerLogin(PeerChannel channel, Supplier<SaslLogin> logins, PeerLoop loop) {
        this.channel = channel;
        this.logins = logins;
        this.loop = loop;
    }

    void begin() {
        SaslLogin login = logins.get();
        running = login;
        channel.ask(new SaslHandshakeRequest(login.mechanism()), HANDSHAKE_VERSION_MIN, this::chosen);
    }

    private void chosen(PeerOutcome outcome) {
        SaslLogin login = running;
        if (login == null || !(outcome instanceof PeerOutcome.Answered answered)) return;
        var response = (SaslHandshakeResponse) answered.response();
        if (response.errorCode() == ErrorCode.NONE.code()) compute(login::first, 0);
        else
            channel.refused("the mechanism " + login.mechanism() + " is not enabled there ("
                    + ErrorCode.of(response.errorCode()) + "), but " + response.mechanisms());
    }

    private void send(ByteBuffer token) {
        channel.ask(new SaslAuthenticateRequest(token), (short) 0, this::answered);
    }

    private void answered(PeerOutcome outcome) {
        SaslLogin login = running;
        if (login == null || !(outcome instanceof PeerOutcome.Answered answered)) return;
        var response = (SaslAuthenticateResponse) answered.response();
        if (response.errorCode() != ErrorCode.NONE.code()) {
            String message = response.errorMessage();
            channel.refused(
                    message == null || message.isEmpty()
                            ? ErrorCode.of(response.errorCode()).name()
                            : message);
            return;
        }
        byte[] token = new byte[response.authBytes().remaining()];
        response.authBytes().duplicate().get(token);
        compute(() -> login.next(token), response.sessionLifetimeMs());
    }

    private void compute(Supplier<SaslLogin.Answer> step, long sessionMillis) {
        try {
            loop.lookups().execute(() -> {
                SaslLogin.Answer next = step.get();
                loop.events().execute(() -> proceed(next, sessionMillis));
            });
        } catch (RejectedExecutionException e) {
            channel.end("closed during its login");
        }
    }

    private void proceed(SaslLogin.Answer next, long sessionMillis) {
        switch (next) {
            case SaslLogin.Answer.Token(ByteBuffer bytes) -> send(bytes);
            case SaslLogin.Answer.Done() -> {
                running = null;
                channel.loggedIn(sessionMillis);
            }
            case SaslLogin.Answer.Refused(String reason) -> channel.refused(reason);
        }
    }
}
