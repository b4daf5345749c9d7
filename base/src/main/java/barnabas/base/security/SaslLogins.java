package barnabas.base.security;

import java.util.random.RandomGenerator;

/// Logins of one user, one for each connection. For any thread.
@FunctionalInterface
public interface SaslLogins {
    /// A new login.
    ///
    /// @param random unpredictable, for nonces
    SaslLogin login(RandomGenerator random);
}
