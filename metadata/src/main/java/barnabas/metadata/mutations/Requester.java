package barnabas.metadata.mutations;

import java.net.InetAddress;

/// Client that a request to the controller comes from.
///
/// @param user name of its principal, of type User
/// @param clientId empty when it has none
/// @param version of its request
/// @param byToken whether it has logged in with a delegation token
public record Requester(String user, InetAddress address, String clientId, short version, boolean byToken) {
    /// The node itself, which has no quotas.
    public static final Requester NODE = new Requester("", InetAddress.getLoopbackAddress(), "", (short) 0, false);

    /// The same client with another request.
    public Requester with(short otherVersion) {
        return new Requester(user, address, clientId, otherVersion, byToken);
    }

    @SuppressWarnings("ReferenceEquality") // one value, and a client's name may be empty
    public boolean isNode() {
        return this == NODE;
    }
}
