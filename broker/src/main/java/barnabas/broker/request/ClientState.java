package barnabas.broker.request;

import barnabas.broker.security.Principal;

/// State of a connection's client. Attached to the connection; replaced as a whole.
///
/// @param softwareName from ApiVersions v3+, `unknown` before (KIP-511)
/// @param principal the authenticated identity
public record ClientState(String softwareName, String softwareVersion, Principal principal) {
    public static final ClientState UNKNOWN = new ClientState("unknown", "unknown", Principal.ANONYMOUS);

    public ClientState with(Principal authenticated) {
        return new ClientState(softwareName, softwareVersion, authenticated);
    }
}
