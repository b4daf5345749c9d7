package barnabas.base.security;

import java.nio.ByteBuffer;

/// The client's side of one SASL login. Owner: one thread at a time.
///
/// ```
/// first() ──► server ──► next(token) ──► Token ──► server ──► next(token) ──► Done
///                             │                                    └────────► Refused
///                             └─► Done, Refused
/// ```
public interface SaslLogin {
    /// SASL's name of it, for SaslHandshake.
    String mechanism();

    /// The first token, or why there is none. May wait for seconds: not for event loops.
    Answer first();

    /// Takes the server's answer to the last token. Computes for milliseconds: not for event loops.
    Answer next(byte[] token);

    sealed interface Answer {
        /// To be sent to the server.
        record Token(ByteBuffer bytes) implements Answer {}

        /// The server has accepted the login, and has shown that it knows the user where the mechanism asks for that.
        record Done() implements Answer {}

        /// The server is not trusted, or there is nothing to log in with.
        record Refused(String reason) implements Answer {}
    }
}
