package barnabas.client;

import barnabas.base.security.SaslLogin;
import barnabas.client.ConnectionException.Kind;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.SaslAuthenticateRequest;
import barnabas.protocol.message.SaslAuthenticateResponse;
import barnabas.protocol.message.SaslHandshakeRequest;
import barnabas.protocol.message.SaslHandshakeResponse;
import java.nio.ByteBuffer;
import java.time.Duration;

/// A login by SASL on a new connection.
final class Login {
    private final Connection connection;
    private final SaslLogin login;
    private final Duration timeout;
    private long sessionMillis;

    private Login(Connection connection, SaslLogin login, Duration timeout) {
        this.connection = connection;
        this.login = login;
        this.timeout = timeout;
    }

    /// @return life of the session in ms; 0 for no end
    /// @throws ConnectionException of kind [Kind#REFUSED] when the broker does not accept the user
    static long run(Connection connection, SaslLogin login, Duration timeout) throws ClientException {
        var running = new Login(connection, login, timeout);
        running.choose();
        running.exchange();
        return running.sessionMillis;
    }

    private void choose() throws ClientException {
        var chosen = connection.call(new SaslHandshakeRequest(login.mechanism()), SaslHandshakeResponse.class, timeout);
        if (chosen.errorCode() != 0)
            throw refused(ErrorCode.of(chosen.errorCode()) + ", the broker has " + chosen.mechanisms());
    }

    private void exchange() throws ClientException {
        SaslLogin.Answer answer = login.first();
        while (true) {
            switch (answer) {
                case SaslLogin.Answer.Token(ByteBuffer token) -> answer = login.next(sent(token));
                case SaslLogin.Answer.Refused(String reason) -> throw refused(reason);
                case SaslLogin.Answer.Done() -> {
                    return;
                }
            }
        }
    }

    private byte[] sent(ByteBuffer token) throws ClientException {
        var answer = connection.call(new SaslAuthenticateRequest(token), SaslAuthenticateResponse.class, timeout);
        if (answer.errorCode() != 0) {
            String message = answer.errorMessage();
            throw refused(
                    message == null || message.isEmpty() ? String.valueOf(ErrorCode.of(answer.errorCode())) : message);
        }
        sessionMillis = answer.sessionLifetimeMs();
        byte[] bytes = new byte[answer.authBytes().remaining()];
        answer.authBytes().get(bytes);
        return bytes;
    }

    private ConnectionException refused(String reason) {
        return new ConnectionException(Kind.REFUSED, connection.address(), "the login failed: " + reason);
    }
}
