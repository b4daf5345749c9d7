package barnabas.client;

import barnabas.base.security.ScramClient;
import barnabas.base.security.ScramMechanism;
import barnabas.client.ClientSecurity.Credentials;
import barnabas.client.ConnectionException.Kind;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.SaslAuthenticateRequest;
import barnabas.protocol.message.SaslAuthenticateResponse;
import barnabas.protocol.message.SaslHandshakeRequest;
import barnabas.protocol.message.SaslHandshakeResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// A login by SASL on a new connection.
final class Login {
    private final Connection connection;
    private final Credentials credentials;
    private final Duration timeout;
    private long sessionMillis;

    private Login(Connection connection, Credentials credentials, Duration timeout) {
        this.connection = connection;
        this.credentials = credentials;
        this.timeout = timeout;
    }

    /// @return life of the session in ms; 0 for no end
    /// @throws ConnectionException of kind [Kind#REFUSED] when the broker does not accept the user
    static long run(Connection connection, Credentials credentials, RandomGenerator random, Duration timeout)
            throws ClientException {
        var login = new Login(connection, credentials, timeout);
        login.choose();
        var scram = ScramMechanism.named(credentials.mechanism());
        if (scram.isPresent()) login.scram(scram.get(), random);
        else login.plain();
        return login.sessionMillis;
    }

    private void choose() throws ClientException {
        var chosen = connection.call(
                new SaslHandshakeRequest(credentials.mechanism()), SaslHandshakeResponse.class, timeout);
        if (chosen.errorCode() != 0)
            throw refused(ErrorCode.of(chosen.errorCode()) + ", the broker has " + chosen.mechanisms());
    }

    private void plain() throws ClientException {
        String token = "\0" + credentials.user() + "\0" + credentials.password();
        exchange(token.getBytes(StandardCharsets.UTF_8));
    }

    private void scram(ScramMechanism mechanism, RandomGenerator random) throws ClientException {
        var client = new ScramClient(mechanism, credentials.user(), credentials.password(), random);
        byte[] challenge = exchange(client.first());
        byte[] last = client.last(challenge).orElse(null);
        if (last == null) throw refused("its challenge is none of " + mechanism.mechanism());
        if (!client.accepts(exchange(last))) throw refused("it does not know the user's keys");
    }

    private byte[] exchange(byte[] token) throws ClientException {
        var answer = connection.call(
                new SaslAuthenticateRequest(ByteBuffer.wrap(token)), SaslAuthenticateResponse.class, timeout);
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
