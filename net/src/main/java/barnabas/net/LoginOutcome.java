package barnabas.net;

/// Outcome of one login, by SASL or by the handshake of TLS. Counted in [LoginCounts].
public enum LoginOutcome {
    SUCCEEDED,
    /// Succeeded, of a client that cannot log in again on its connection (KIP-368).
    SUCCEEDED_ONCE,
    FAILED,
    /// A login on a connection that has logged in before.
    RENEWED,
    RENEWAL_FAILED,
    /// No login: a request after the end of the session.
    EXPIRED
}
