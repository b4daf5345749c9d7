package barnabas.base.security;

import java.util.random.RandomGenerator;

/// Logins of one user, one for each connection. For any thread.
@FunctionalInterface
public interface SaslLogins {
    /// A new login.
    ///
    /// @param host name or address of the server as it was connected to
    /// @param random unpredictable, for nonces
    SaslLogin login(String host, RandomGenerator random);
}
