package barnabas.broker.identity.tokens;

/// Result of the check of one token.
public sealed interface TokenOutcome {
    /// @param lifeMillis until it expires, at least 1
    record Valid(String user, long lifeMillis) implements TokenOutcome {}

    /// @param reason for the log, without any of the token
    /// @param mayHaveNewKey whether the keys may be older than the token
    record Refused(String reason, boolean mayHaveNewKey) implements TokenOutcome {}
}
