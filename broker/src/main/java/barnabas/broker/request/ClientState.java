package barnabas.broker.request;

import barnabas.broker.security.Principal;

/// State of a connection's client. Attached to the connection; replaced as a whole.
///
/// @param softwareName from ApiVersions v3+, `unknown` before (KIP-511)
/// @param principal the authenticated identity
/// @param session decides whether the client is authenticated far enough for a request
public record ClientState(String softwareName, String softwareVersion, Principal principal, Session session) {
    public static final ClientState UNKNOWN = first(Principal.ANONYMOUS, Session.OPEN);

    /// The state of a client that has sent nothing yet.
    public static ClientState first(Principal principal, Session session) {
        return new ClientState("unknown", "unknown", principal, session);
    }

    public ClientState withSoftware(String name, String version) {
        return new ClientState(name, version, principal, session);
    }

    public ClientState with(Principal authenticated) {
        return new ClientState(softwareName, softwareVersion, authenticated, session);
    }
}
