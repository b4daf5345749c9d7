package barnabas.broker.request;

/// What the broker knows of a connection's client. Attached to the connection; replaced as a whole.
///
/// @param softwareName from ApiVersions v3+, `unknown` before (KIP-511)
/// @param principal who is authenticated, as `Type:name`
public record ClientState(String softwareName, String softwareVersion, String principal) {
    public static final ClientState UNKNOWN = new ClientState("unknown", "unknown", "User:ANONYMOUS");
}
