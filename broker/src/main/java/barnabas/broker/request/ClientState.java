package barnabas.broker.request;

import barnabas.broker.security.Principal;

/// State of a connection's client. Attached to the connection; replaced as a whole.
///
/// @param softwareName from ApiVersions v3+, `unknown` before (KIP-511)
/// @param principal the authenticated identity
/// @param session decides whether the client is authenticated far enough for a request
/// @param byToken whether it has logged in with a delegation token
public record ClientState(
        String softwareName, String softwareVersion, Principal principal, Session session, boolean byToken) {
    public static final ClientState UNKNOWN = first(Principal.ANONYMOUS, Session.OPEN);

    /// The state of a client that has sent nothing yet.
    public static ClientState first(Principal principal, Session session) {
        return new ClientState("unknown", "unknown", principal, session, false);
    }

    public ClientState withSoftware(String name, String version) {
        return new ClientState(name, version, principal, session, byToken);
    }

    /// @param withToken whether it was by a delegation token
    public ClientState with(Principal authenticated, boolean withToken) {
        return new ClientState(softwareName, softwareVersion, authenticated, session, withToken);
    }

    /// Whether the client may ask for delegation tokens at all: it has shown who it is, and not by such a token.
    public boolean mayAskForTokens() {
        return !byToken && (!session.equals(Session.OPEN) || !principal.equals(Principal.ANONYMOUS));
    }
}
