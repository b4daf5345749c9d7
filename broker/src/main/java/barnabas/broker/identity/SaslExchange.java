package barnabas.broker.identity;

import java.nio.ByteBuffer;

/// The server's side of one login by one mechanism. Owner: the connection's event loop.
interface SaslExchange {
    /// Kafka's words, the same for a wrong user and a wrong password.
    String INVALID = "Authentication failed during %s due to invalid credentials with SASL mechanism %s";

    /// Takes the client's next token.
    Step next(byte[] token);

    /// Whether the next token takes too long for an event loop.
    default boolean isSlow(byte[] token) {
        return false;
    }

    sealed interface Step {
        /// The client has to send another token.
        record Challenge(ByteBuffer token) implements Step {}

        /// The client is `user`.
        ///
        /// @param token for the client, may be empty
        /// @param lifeMillis of the session at most
        /// @param byToken whether it has logged in with a delegation token
        record Done(String user, ByteBuffer token, long lifeMillis, boolean byToken) implements Step {
            /// A login that does not expire by itself.
            Done(String user, ByteBuffer token) {
                this(user, token, Long.MAX_VALUE, false);
            }
        }

        /// The login has failed.
        ///
        /// @param message for the client; empty for [SaslExchange#INVALID]
        record Failed(String message, String logged) implements Step {}
    }
}
