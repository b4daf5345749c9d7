package barnabas.metadata.access;

import java.util.List;

/// A delegation token without its secret (KIP-48). Principals are written `Type:name`; times are milliseconds since the
/// epoch.
public record DelegationToken(
        String id,
        String owner,
        String requester,
        List<String> renewers,
        long issuedMillis,
        long expiryMillisMax,
        long expiryMillis) {
    /// Whether a client may renew, expire and describe the token without further rights.
    public boolean isOf(String principal) {
        return principal.equals(owner) || principal.equals(requester) || renewers.contains(principal);
    }

    public boolean isExpired(long nowMillis) {
        return expiryMillis < nowMillis || expiryMillisMax < nowMillis;
    }

    /// Type of a principal, the part before the first colon.
    public static String typeOf(String principal) {
        return principal.substring(0, Math.max(0, principal.indexOf(':')));
    }

    /// Name of a principal, the part behind the first colon.
    public static String nameOf(String principal) {
        return principal.substring(principal.indexOf(':') + 1);
    }
}
