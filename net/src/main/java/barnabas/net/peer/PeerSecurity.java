package barnabas.net.peer;

import barnabas.base.security.SaslLogin;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// Encryption and login of connections to another node.
///
/// @param engines makes the TLS engine of each connection; null for none
/// @param logins makes the login of each connection; null without SASL
public record PeerSecurity(
        @Nullable Engines engines, @Nullable Logins logins) {
    /// As the bytes are, without a login.
    public static final PeerSecurity NONE = new PeerSecurity(null, null);

    /// Makes the engine of one connection, on event loops.
    @FunctionalInterface
    public interface Engines {
        /// @param host name or address that the other node's certificate must be for
        SSLEngine of(String host, int port);
    }

    /// Makes the login of one connection, on event loops.
    @FunctionalInterface
    public interface Logins {
        /// @param host name or address of the other node
        SaslLogin of(String host);
    }
}
